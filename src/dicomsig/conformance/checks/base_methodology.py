"""A signature of any profile of PS3.15 C.2 to C.4 is made as the base profile says (PS3.15 C.1)."""

from dicomsig.conformance.checks.certificate_and_key import base_profile_breach, mac_algorithm_is_a_defined_term
from dicomsig.conformance.checks.registry import judges
from dicomsig.conformance.checks.timestamps import timestamp_is_a_token_of_rfc_3161, timestamp_type_is_the_defined_term
from dicomsig.conformance.finding import HOLDS, Answer, Finding
from dicomsig.conformance.views import JudgedSignature


@judges("ps3.15-c.2-base-methodology", "ps3.15-c.3-base-methodology", "ps3.15-c.4-base-methodology")
def signature_of_a_profile_follows_the_base_profile(signature: JudgedSignature) -> Finding | None:
    """A Creator, Authorization or report signature is made as the base profile says (PS3.15 C.2 to C.4, C.1)."""
    if not signature.in_main_data_set:
        return None
    breach = base_profile_breach(signature)
    for check in (timestamp_type_is_the_defined_term, timestamp_is_a_token_of_rfc_3161):
        finding = check(signature) if breach is None else None
        if finding is not None and finding.answer is Answer.BROKEN:
            breach = finding
    if breach is not None:
        expected = f"the base profile: {breach.expected}"
        return Finding.broken(breach.reason, expected=expected, found=breach.found, values=breach.values)
    algorithm = mac_algorithm_is_a_defined_term(signature)
    if algorithm is not None and algorithm.answer is Answer.UNKNOWN:
        return algorithm  # when it came is not known
    return HOLDS if signature.intact else None
