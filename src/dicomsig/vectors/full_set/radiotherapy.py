"""An unsigned RT Plan and an RT Dose (PS3.3 A.20, A.18)."""

import struct
from collections.abc import Iterator

from dicomsig.vectors.full_set.references import reference
from dicomsig.vectors.modules import DATE, TIME, common, series
from dicomsig.vectors.nodes import DataSet, Node, data_set
from dicomsig.vectors.pixels import disc, image_pixel
from dicomsig.vectors.recipes import instance
from dicomsig.vectors.values import element, fixed_uid, sequence

RT_PLAN_UID = "1.2.840.10008.5.1.4.1.1.481.5"
RT_DOSE_UID = "1.2.840.10008.5.1.4.1.1.481.2"
STRUCTURE_SET_UID = "1.2.840.10008.5.1.4.1.1.481.3"

SIZE = 16
FRAMES = 2


@instance("rt-plan")
def rt_plan() -> DataSet:
    """RT Plan of one fraction group and one static beam (PS3.3 A.20.3)."""
    return data_set(
        common("rt-plan", RT_PLAN_UID),
        series("rt-plan", "RTPLAN"),
        element("OperatorsName", "TEST^OPERATOR"),
        element("FrameOfReferenceUID", fixed_uid("frame of reference rt")),
        element("PositionReferenceIndicator"),
        element("RTPlanLabel", "TEST ONLY"),
        element("RTPlanDate", DATE),
        element("RTPlanTime", TIME),
        element("PlanIntent", "RESEARCH"),
        element("RTPlanGeometry", "PATIENT"),
        element("ApprovalStatus", "UNAPPROVED"),
        sequence("ReferencedStructureSetSequence", reference(STRUCTURE_SET_UID, "structure set")),
        sequence("DoseReferenceSequence", _dose_reference()),
        sequence("FractionGroupSequence", _fraction_group()),
        sequence(
            "PatientSetupSequence",
            [
                element("PatientSetupNumber", 1),
                element("PatientPosition", "HFS"),
                element("SetupTechnique", "ISOCENTRIC"),
            ],
        ),
        sequence("BeamSequence", _beam()),
    )


def _dose_reference() -> Iterator[Node]:
    yield element("DoseReferenceNumber", 1)
    yield element("DoseReferenceStructureType", "SITE")
    yield element("DoseReferenceDescription", "Test target")
    yield element("DoseReferenceType", "TARGET")
    yield element("TargetPrescriptionDose", 50)


def _fraction_group() -> Iterator[Node]:
    yield element("FractionGroupNumber", 1)
    yield element("NumberOfFractionsPlanned", 25)
    yield element("NumberOfBeams", 1)
    yield element("NumberOfBrachyApplicationSetups", 0)
    yield sequence(
        "ReferencedBeamSequence",
        [
            element("BeamDose", 2),
            element("BeamMeterset", 100),
            element("ReferencedBeamNumber", 1),
        ],
    )


def _beam() -> Iterator[Node]:
    """One static photon beam with jaws and two control points (PS3.3 C.8.8.14)."""
    yield element("TreatmentMachineName", "TEST")
    yield element("Manufacturer", "TEST ONLY Imaging")
    yield element("PrimaryDosimeterUnit", "MU")
    yield element("SourceAxisDistance", 1000)
    yield sequence(
        "BeamLimitingDeviceSequence",
        *(
            [element("RTBeamLimitingDeviceType", device), element("NumberOfLeafJawPairs", 1)]
            for device in ("ASYMX", "ASYMY")
        ),
    )
    yield element("BeamNumber", 1)
    yield element("BeamName", "Beam 1")
    yield element("BeamType", "STATIC")
    yield element("RadiationType", "PHOTON")
    yield element("TreatmentDeliveryType", "TREATMENT")
    yield element("NumberOfWedges", 0)
    yield element("NumberOfCompensators", 0)
    yield element("NumberOfBoli", 0)
    yield element("NumberOfBlocks", 0)
    yield element("FinalCumulativeMetersetWeight", 1)
    yield element("NumberOfControlPoints", 2)
    yield sequence("ControlPointSequence", _first_control_point(), _last_control_point())
    yield element("ReferencedPatientSetupNumber", 1)


def _first_control_point() -> Iterator[Node]:
    yield element("ControlPointIndex", 0)
    yield element("CumulativeMetersetWeight", 0)
    yield element("NominalBeamEnergy", 6)
    yield element("DoseRateSet", 300)
    yield sequence(
        "BeamLimitingDevicePositionSequence",
        *(
            [element("RTBeamLimitingDeviceType", device), element("LeafJawPositions", -50, 50)]
            for device in ("ASYMX", "ASYMY")
        ),
    )
    for what in ("Gantry", "BeamLimitingDevice", "PatientSupport", "TableTopEccentric"):
        yield element(f"{what}Angle", 0)
        yield element(f"{what}RotationDirection", "NONE")
    yield element("TableTopPitchAngle", 0.0)
    yield element("TableTopPitchRotationDirection", "NONE")
    yield element("TableTopRollAngle", 0.0)
    yield element("TableTopRollRotationDirection", "NONE")
    for axis in ("Vertical", "Longitudinal", "Lateral"):
        yield element(f"TableTop{axis}Position")
    yield element("IsocenterPosition", 0, 0, 0)


def _last_control_point() -> Iterator[Node]:
    yield element("ControlPointIndex", 1)
    yield element("CumulativeMetersetWeight", 1)


@instance("rt-dose")
def rt_dose() -> DataSet:
    """RT Dose of two frames of 32 bits (PS3.3 A.18.3)."""
    return data_set(
        common("rt-dose", RT_DOSE_UID),
        series("rt-dose", "RTDOSE"),
        element("OperatorsName", "TEST^OPERATOR"),
        element("FrameOfReferenceUID", fixed_uid("frame of reference rt")),
        element("PositionReferenceIndicator"),
        element("InstanceNumber", 1),
        element("ContentDate", DATE),
        element("ContentTime", TIME),
        element("PixelSpacing", 4, 4),
        element("ImageOrientationPatient", 1, 0, 0, 0, 1, 0),
        element("ImagePositionPatient", -32, -32, 0),
        element("SliceThickness"),
        element("NumberOfFrames", FRAMES),
        element("FrameIncrementPointer", 0x3004000C),
        element("DoseUnits", "GY"),
        element("DoseType", "PHYSICAL"),
        element("DoseSummationType", "PLAN"),
        element("GridFrameOffsetVector", 0, 4),
        element("DoseGridScaling", "0.0001"),
        element("TissueHeterogeneityCorrection", "IMAGE"),
        sequence("ReferencedRTPlanSequence", reference(RT_PLAN_UID, "rt-plan")),
        image_pixel(SIZE, SIZE, 32),
        element("PixelData", b"".join(_plane(frame) for frame in range(FRAMES)), vr="OW"),
    )


def _plane(frame: int) -> bytes:
    value = disc(SIZE, frame)
    return b"".join(struct.pack("<L", 1000 * value(row, column)) for row in range(SIZE) for column in range(SIZE))
