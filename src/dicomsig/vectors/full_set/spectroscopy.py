"""An unsigned MR spectroscopy (PS3.3 A.36.3)."""

import struct
from collections.abc import Iterator

from dicomsig.vectors.full_set.functional_groups import anatomy, dimensions, stacked_frame, volume
from dicomsig.vectors.modules import common, content_time, spatial_series
from dicomsig.vectors.nodes import DataSet, Leaf, Node, data_set
from dicomsig.vectors.recipes import instance
from dicomsig.vectors.values import code, element, sequence

SPECTROSCOPY_UID = "1.2.840.10008.5.1.4.1.1.4.2"

FRAMES = 2
POINTS = 64

_TYPE = ("ORIGINAL", "PRIMARY", "SPECTROSCOPY", "NONE")


@instance("mr-spectroscopy")
def mr_spectroscopy() -> DataSet:
    """MR spectroscopy of one voxel in two frames, complex values (PS3.3 A.36.3, C.8.14)."""
    frames = (stacked_frame(number, 20, 5000.0) for number in range(1, FRAMES + 1))
    return data_set(
        common("mr-spectroscopy", SPECTROSCOPY_UID),
        spatial_series("mr-spectroscopy", "MR"),
        content_time(),
        _spectroscopy(),
        _pulse_sequence(),
        dimensions("InStackPositionNumber"),
        element("NumberOfFrames", FRAMES),
        sequence("SharedFunctionalGroupsSequence", _shared()),
        sequence("PerFrameFunctionalGroupsSequence", *frames),
        _data(),
    )


def _spectroscopy() -> Iterator[Node]:
    """The MR Spectroscopy Module (PS3.3 C.8.14.1)."""
    yield element("ImageType", *_TYPE)
    yield from _description()
    yield element("AcquisitionNumber", 1)
    yield element("AcquisitionDateTime", "20240102030405")
    yield element("AcquisitionDuration", 10.0)
    yield element("MagneticFieldStrength", "1.5")
    yield element("ContentQualification", "RESEARCH")
    yield element("ResonantNucleus", "1H")
    yield element("ApplicableSafetyStandardAgency", "IEC")
    yield element("SpectralWidth", 2000.0)
    yield element("ChemicalShiftReference", 4.7)
    yield element("VolumeLocalizationTechnique", "NONE")
    yield element("Decoupling", "NO")
    yield element("TransmitterFrequency", 63.87)
    yield element("FrequencyCorrection", "NO")
    yield element("TimeDomainFiltering", "NONE")
    yield element("NumberOfZeroFills", 0)
    yield element("BaselineCorrection", "NONE")
    yield element("WaterReferencedPhaseCorrection", "NO")
    yield element("KSpaceFiltering", "NONE")
    yield element("FirstOrderPhaseCorrection", "NO")
    yield sequence("AcquisitionContextSequence")


def _description() -> Iterator[Leaf]:
    """The Common CT/MR and the MR image description macros (PS3.3 C.8.16.2, C.8.13.3)."""
    yield element("VolumetricProperties", "VOLUME")
    yield element("VolumeBasedCalculationTechnique", "NONE")
    yield element("ComplexImageComponent", "COMPLEX")
    yield element("AcquisitionContrast", "UNKNOWN")


def _pulse_sequence() -> Iterator[Leaf]:
    """The MR Spectroscopy Pulse Sequence Module (PS3.3 C.8.14.2)."""
    yield element("PulseSequenceName", "TEST")
    yield element("MRSpectroscopyAcquisitionType", "SINGLE_VOXEL")
    yield element("EchoPulseSequence", "SPIN")
    yield element("MultipleSpinEcho", "NO")
    yield element("MultiPlanarExcitation", "NO")
    yield element("SteadyStatePulseSequence", "NONE")
    yield element("EchoPlanarPulseSequence", "NO")
    yield element("SpectrallySelectedSuppression", "WATER")
    yield element("GeometryOfKSpaceTraversal", "RECTILINEAR")
    yield element("RectilinearPhaseEncodeReordering", "LINEAR")
    yield element("SegmentedKSpaceTraversal", "SINGLE")
    yield element("NumberOfKSpaceTrajectories", 1)


def _shared() -> Iterator[Node]:
    """The functional groups of both frames (PS3.3 C.8.14.3, C.8.13.5)."""
    yield from volume(20.0)
    yield anatomy(code("69536005", "SCT", "Head"))
    yield sequence("MRSpectroscopyFrameTypeSequence", [element("FrameType", *_TYPE), *_description()])
    yield sequence("MRTimingAndRelatedParametersSequence", _timing())
    yield sequence(
        "MRSpectroscopyFOVGeometrySequence",
        [
            element("SpectroscopyAcquisitionDataColumns", POINTS),
            element("SpectroscopyAcquisitionPhaseRows", 1),
            element("SpectroscopyAcquisitionPhaseColumns", 1),
            element("SpectroscopyAcquisitionOutOfPlanePhaseSteps", 1),
            element("PercentSampling", 100),
            element("PercentPhaseFieldOfView", 100),
        ],
    )
    yield sequence("MREchoSequence", [element("EffectiveEchoTime", 30.0)])
    yield sequence("MRModifierSequence", _modifier())
    yield sequence(
        "MRReceiveCoilSequence",
        [
            element("ReceiveCoilName", "TEST"),
            element("ReceiveCoilManufacturerName"),
            element("ReceiveCoilType", "VOLUME"),
            element("QuadratureReceiveCoil", "YES"),
        ],
    )
    yield sequence(
        "MRTransmitCoilSequence",
        [
            element("TransmitCoilName", "TEST"),
            element("TransmitCoilManufacturerName"),
            element("TransmitCoilType", "BODY"),
        ],
    )
    yield sequence("MRAveragesSequence", [element("NumberOfAverages", 1)])


def _timing() -> Iterator[Node]:
    yield element("RepetitionTime", 1500)
    yield element("FlipAngle", 90)
    yield element("EchoTrainLength", 1)
    yield element("RFEchoTrainLength", 1)
    yield element("GradientEchoTrainLength", 0)
    yield element("GradientOutputType", "DB_DT")
    yield element("GradientOutput", 10.0)
    yield sequence(
        "OperatingModeSequence",
        *(
            [element("OperatingModeType", kind), element("OperatingMode", "IEC_NORMAL")]
            for kind in ("STATIC FIELD", "RF", "GRADIENT")
        ),
    )
    yield sequence(
        "SpecificAbsorptionRateSequence",
        [
            element("SpecificAbsorptionRateDefinition", "IEC_WHOLE_BODY"),
            element("SpecificAbsorptionRateValue", 0.5),
        ],
    )


def _modifier() -> Iterator[Leaf]:
    yield element("InversionRecovery", "NO")
    yield element("FlowCompensation", "NONE")
    yield element("Spoiling", "NONE")
    yield element("T2Preparation", "NO")
    yield element("SpectrallySelectedExcitation", "NONE")
    yield element("SpatialPresaturation", "NONE")
    yield element("PartialFourier", "NO")
    yield element("ParallelAcquisition", "NO")


def _data() -> Iterator[Leaf]:
    """The MR Spectroscopy Data Module: real and imaginary parts by turns, one line a frame (PS3.3 C.8.14.4)."""
    values = [0.0] * (2 * POINTS * FRAMES)
    for frame in range(FRAMES):
        for distance, height in enumerate((8.0, 4.0, 2.0, 1.0)):
            values[2 * (POINTS * frame + 20 + distance)] = height
    yield element("Rows", 1)
    yield element("Columns", 1)
    yield element("DataPointRows", 1)
    yield element("DataPointColumns", POINTS)
    yield element("DataRepresentation", "COMPLEX")
    yield element("SignalDomainColumns", "FREQUENCY")
    yield element("SpectroscopyData", struct.pack(f"<{len(values)}f", *values))
