"""The profiles by the names that people use: what each is for, in a sentence."""

from dataclasses import dataclass
from typing import Final

from dicomsig.reporting.roles import Role

__all__ = ["ProfileWords", "profile_words"]


@dataclass(frozen=True, slots=True)
class ProfileWords:
    """A profile in words: its name, the clause, and what it is for."""

    name: str
    clause: str
    what: str


_WORDS: Final = {
    "macro": ProfileWords("Rules for every signature", "PS3.3 C.12.1.1.3", "how a signature is stored and computed"),
    "base": ProfileWords("Base profile", "PS3.15 C.1", "the key, padding and certificate of every signature"),
    "creator": ProfileWords("Creator profile", "PS3.15 C.2", "a device signs what it made"),
    "authorization": ProfileWords("Authorization profile", "PS3.15 C.3", "a person signs what was approved"),
    "structured-report": ProfileWords("Structured Report profile", "PS3.15 C.4", "a report is signed and verified"),
    "online-storage": ProfileWords("Online Electronic Storage", "PS3.15 A.1", "there is one original at a time"),
    "basic-signatures": ProfileWords("Basic Digital Signatures", "PS3.15 A.2", "a system checks and signs anew"),
    "bit-preserving": ProfileWords("Bit-Preserving Digital Signatures", "PS3.15 A.3", "a system changes no bit"),
    "basic-sr": ProfileWords("Basic SR Digital Signatures", "PS3.15 A.4", "signed reports secure their evidence"),
    "storage-level-1": ProfileWords("Rules for every archive", "PS3.4 B.4.1", "what it may change and has to say"),
    "storage-level-2": ProfileWords("Rules for archives of storage level 2", "PS3.4 B.4.1", "every element is kept"),
    "storage-level-3": ProfileWords("Signature level 3", "PS3.4 B.4.1.4", "signatures are preserved"),
    "negotiation": ProfileWords("Extended negotiation", "PS3.4 B.3.1", "systems tell how they treat signatures"),
    "statement": ProfileWords("Conformance statement", "PS3.2 A.7.1", "what a product declares"),
    "reference": ProfileWords("Secure references", "PS3.3 C.17.2.1", "a reference proves what it refers to"),
    "media": ProfileWords("Secure media", "PS3.15 D.1", "files are encrypted and signed"),
}


_OF_VERIFIERS: Final = {
    "storage-level-1": ProfileWords("Signatures over what an archive may change", "PS3.4 B.4.1", "they hold no longer"),
}


def profile_words(profile: str, role: str = "") -> ProfileWords:
    """The words for a profile of the register; one that has none is called by its name there."""
    if role == Role.VERIFIER and profile in _OF_VERIFIERS:
        return _OF_VERIFIERS[profile]
    return _WORDS.get(profile) or ProfileWords(f"{profile} profile", "", "")
