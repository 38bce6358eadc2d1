"""An unsigned 12-lead ECG (PS3.3 A.34.3)."""

import struct
from collections.abc import Iterator

from dicomsig.vectors.modules import common, content_time, series
from dicomsig.vectors.nodes import DataSet, Node, data_set
from dicomsig.vectors.recipes import instance
from dicomsig.vectors.values import code, element, sequence

ECG_UID = "1.2.840.10008.5.1.4.1.1.9.1.1"

LEADS = (
    ("2:1", "Lead I"),
    ("2:2", "Lead II"),
    ("2:61", "Lead III"),
    ("2:62", "Lead aVR"),
    ("2:63", "Lead aVL"),
    ("2:64", "Lead aVF"),
    ("2:3", "Lead V1"),
    ("2:4", "Lead V2"),
    ("2:5", "Lead V3"),
    ("2:6", "Lead V4"),
    ("2:7", "Lead V5"),
    ("2:8", "Lead V6"),
)
"""Code and name of each lead (PS3.16 CID 3001)."""

SAMPLES = 100
FREQUENCY = 500


@instance("ecg")
def ecg() -> DataSet:
    """12-lead ECG of 16 bits with annotations of a point and of a lead (PS3.3 C.10.9, C.10.10)."""
    return data_set(
        common("ecg", ECG_UID),
        series("ecg", "ECG"),
        content_time(),
        element("AcquisitionDateTime", "20240102030405"),
        sequence("AcquisitionContextSequence"),
        sequence("WaveformSequence", _multiplex_group()),
        sequence("WaveformAnnotationSequence", _at_a_sample(), _of_a_lead()),
    )


def _multiplex_group() -> Iterator[Node]:
    """All leads sampled together, sample by sample (PS3.3 C.10.9.1)."""
    yield element("WaveformOriginality", "ORIGINAL")
    yield element("NumberOfWaveformChannels", len(LEADS))
    yield element("NumberOfWaveformSamples", SAMPLES)
    yield element("SamplingFrequency", FREQUENCY)
    yield element("MultiplexGroupLabel", "RHYTHM")
    yield sequence("ChannelDefinitionSequence", *(_channel(*lead) for lead in LEADS))
    yield element("WaveformBitsAllocated", 16)
    yield element("WaveformSampleInterpretation", "SS")
    samples = (_sample(lead, moment) for moment in range(SAMPLES) for lead in range(len(LEADS)))
    yield element("WaveformData", struct.pack(f"<{SAMPLES * len(LEADS)}h", *samples), vr="OW")


def _channel(value: str, lead: str) -> list[Node]:
    return [
        element("ChannelLabel", lead),
        sequence("ChannelSourceSequence", code(value, "MDC", lead)),
        element("ChannelSensitivity", "1"),
        sequence("ChannelSensitivityUnitsSequence", code("uV", "UCUM", "microvolt")),
        element("ChannelSensitivityCorrectionFactor", "1"),
        element("ChannelBaseline", "0"),
        element("ChannelSampleSkew", "0"),
        element("WaveformBitsStored", 16),
    ]


def _sample(lead: int, moment: int) -> int:
    """A slow ramp with a peak every 50 samples, in microvolt."""
    peak = 900 - 300 * abs(moment % 50 - 25) if abs(moment % 50 - 25) < 3 else 0
    return (peak + moment % 50) * (1 if lead != 3 else -1) + lead


def _at_a_sample() -> list[Node]:
    return [
        sequence("ConceptNameCodeSequence", code("8867-4", "LN", "Heart rate")),
        element("NumericValue", 60),
        sequence("MeasurementUnitsCodeSequence", code("/min", "UCUM", "per minute")),
        element("ReferencedWaveformChannels", 1, 0),
        element("TemporalRangeType", "POINT"),
        element("ReferencedSamplePositions", 26),
        element("AnnotationGroupNumber", 1),
    ]


def _of_a_lead() -> list[Node]:
    return [
        element("UnformattedTextValue", "Synthetic signal, test only"),
        element("ReferencedWaveformChannels", 1, 2),
    ]
