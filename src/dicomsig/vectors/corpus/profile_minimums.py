"""What PS3.15 C.2 to C.4 (2023b) want signed of the data sets here; vectors stay as they are."""

from typing import Final

from dicomsig.encoding.tags import Tag
from dicomsig.vectors.values import tag_of

__all__ = ["MINIMUM"]

_KEYWORDS: Final = {
    ("authorization", "1.2.840.10008.5.1.4.1.1.2"): """
        ImageType SOPClassUID SOPInstanceUID AcquisitionDate ContentDate AcquisitionTime ContentTime
        AnatomicRegionSequence StudyInstanceUID SeriesInstanceUID AcquisitionNumber InstanceNumber
        SamplesPerPixel PhotometricInterpretation Rows Columns BitsAllocated BitsStored HighBit
        PixelRepresentation PixelData
    """,
    ("authorization", "1.2.840.10008.5.1.4.1.1.4"): """
        ImageType SOPClassUID SOPInstanceUID ContentDate ContentTime AnatomicRegionSequence StudyInstanceUID
        SeriesInstanceUID AcquisitionNumber InstanceNumber SamplesPerPixel PhotometricInterpretation Rows
        Columns BitsAllocated BitsStored HighBit PixelRepresentation PixelData
    """,
    ("authorization", "1.2.840.10008.5.1.4.1.1.6.1"): """
        ImageType SOPClassUID SOPInstanceUID ContentDate ContentTime StudyInstanceUID SeriesInstanceUID
        InstanceNumber PatientOrientation SamplesPerPixel PhotometricInterpretation PlanarConfiguration Rows
        Columns BitsAllocated BitsStored HighBit PixelRepresentation LossyImageCompression PixelData
    """,
    ("authorization", "1.2.840.10008.5.1.4.1.1.7"): """
        ImageType SOPClassUID SOPInstanceUID ContentDate ContentTime StudyInstanceUID SeriesInstanceUID
        InstanceNumber PatientOrientation SamplesPerPixel PhotometricInterpretation Rows Columns BitsAllocated
        BitsStored HighBit PixelRepresentation PixelData
    """,
    ("creator", "1.2.840.10008.5.1.4.1.1.2"): """
        ImageType InstanceCreationDate InstanceCreationTime SOPClassUID SOPInstanceUID AcquisitionDate
        ContentDate AcquisitionTime ContentTime Manufacturer InstitutionName ManufacturerModelName
        AnatomicRegionSequence DeviceSerialNumber SoftwareVersions StudyInstanceUID SeriesInstanceUID
        AcquisitionNumber InstanceNumber SamplesPerPixel PhotometricInterpretation Rows Columns BitsAllocated
        BitsStored HighBit PixelRepresentation PixelData
    """,
    ("creator", "1.2.840.10008.5.1.4.1.1.2.1"): """
        ImageType InstanceCreationDate InstanceCreationTime SOPClassUID SOPInstanceUID ContentDate
        AcquisitionDateTime ContentTime Manufacturer InstitutionName ManufacturerModelName PixelPresentation
        VolumetricProperties VolumeBasedCalculationTechnique DeviceSerialNumber SoftwareVersions
        ContentQualification AcquisitionDuration MultienergyCTAcquisition StudyInstanceUID SeriesInstanceUID
        AcquisitionNumber InstanceNumber SamplesPerPixel PhotometricInterpretation NumberOfFrames Rows Columns
        BitsAllocated BitsStored HighBit PixelRepresentation BurnedInAnnotation LossyImageCompression
        PresentationLUTShape SharedFunctionalGroupsSequence PerFrameFunctionalGroupsSequence PixelData
    """,
    ("creator", "1.2.840.10008.5.1.4.1.1.4"): """
        ImageType InstanceCreationDate InstanceCreationTime SOPClassUID SOPInstanceUID ContentDate ContentTime
        Manufacturer InstitutionName ManufacturerModelName AnatomicRegionSequence DeviceSerialNumber
        SoftwareVersions StudyInstanceUID SeriesInstanceUID AcquisitionNumber InstanceNumber SamplesPerPixel
        PhotometricInterpretation Rows Columns BitsAllocated BitsStored HighBit PixelRepresentation PixelData
    """,
    ("creator", "1.2.840.10008.5.1.4.1.1.481.3"): """
        InstanceCreationDate InstanceCreationTime SOPClassUID SOPInstanceUID Manufacturer InstitutionName
        ManufacturerModelName DeviceSerialNumber SoftwareVersions StudyInstanceUID SeriesInstanceUID
    """,
    ("creator", "1.2.840.10008.5.1.4.1.1.6.1"): """
        ImageType InstanceCreationDate InstanceCreationTime SOPClassUID SOPInstanceUID ContentDate ContentTime
        Manufacturer InstitutionName ManufacturerModelName DeviceSerialNumber SoftwareVersions
        StudyInstanceUID SeriesInstanceUID InstanceNumber PatientOrientation SamplesPerPixel
        PhotometricInterpretation PlanarConfiguration Rows Columns BitsAllocated BitsStored HighBit
        PixelRepresentation LossyImageCompression PixelData
    """,
    ("creator", "1.2.840.10008.5.1.4.1.1.7"): """
        ImageType InstanceCreationDate InstanceCreationTime SOPClassUID SOPInstanceUID ContentDate ContentTime
        Manufacturer InstitutionName ManufacturerModelName DeviceSerialNumber SoftwareVersions
        StudyInstanceUID SeriesInstanceUID InstanceNumber PatientOrientation SamplesPerPixel
        PhotometricInterpretation Rows Columns BitsAllocated BitsStored HighBit PixelRepresentation PixelData
    """,
    ("creator", "1.2.840.10008.5.1.4.1.1.7.2"): """
        ImageType InstanceCreationDate InstanceCreationTime SOPClassUID SOPInstanceUID ContentDate ContentTime
        Manufacturer InstitutionName ManufacturerModelName DeviceSerialNumber SoftwareVersions
        StudyInstanceUID SeriesInstanceUID InstanceNumber PatientOrientation SamplesPerPixel
        PhotometricInterpretation NumberOfFrames Rows Columns BitsAllocated BitsStored HighBit
        PixelRepresentation BurnedInAnnotation PresentationLUTShape PixelData
    """,
    ("creator", "1.2.840.10008.5.1.4.1.1.88.11"): """
        InstanceCreationDate InstanceCreationTime SOPClassUID SOPInstanceUID ContentDate ContentTime
        Manufacturer InstitutionName ManufacturerModelName DeviceSerialNumber SoftwareVersions
        StudyInstanceUID SeriesInstanceUID InstanceNumber ValueType ConceptNameCodeSequence
        ContinuityOfContent VerifyingObserverSequence PerformedProcedureCodeSequence
        CurrentRequestedProcedureEvidenceSequence CompletionFlag VerificationFlag ContentSequence
    """,
    ("structured-report", "1.2.840.10008.5.1.4.1.1.88.11"): """
        SOPClassUID Manufacturer InstitutionName ManufacturerModelName DeviceSerialNumber SoftwareVersions
        StudyInstanceUID SeriesInstanceUID ValueType ConceptNameCodeSequence ContinuityOfContent
        CurrentRequestedProcedureEvidenceSequence ContentSequence
    """,
    ("structured-report", "1.2.840.10008.5.1.4.1.1.88.59"): """
        SOPClassUID Manufacturer InstitutionName ManufacturerModelName DeviceSerialNumber SoftwareVersions
        StudyInstanceUID SeriesInstanceUID ValueType ConceptNameCodeSequence ContinuityOfContent
        CurrentRequestedProcedureEvidenceSequence ContentSequence
    """,
    ("verified-report", "1.2.840.10008.5.1.4.1.1.88.11"): """
        SOPClassUID SOPInstanceUID Manufacturer InstitutionName ManufacturerModelName DeviceSerialNumber
        SoftwareVersions StudyInstanceUID SeriesInstanceUID ValueType ConceptNameCodeSequence
        ContinuityOfContent VerifyingObserverSequence CurrentRequestedProcedureEvidenceSequence
        VerificationFlag ContentSequence
    """,
}
"""By profile and SOP Class the elements that are due where they are present; curves and overlays aside."""

MINIMUM: Final[dict[tuple[str, str], frozenset[Tag]]] = {
    key: frozenset(map(tag_of, keywords.split())) for key, keywords in _KEYWORDS.items()
}
"""The same as tags; ``verified-report`` is what a verified report asks for beyond C.4 otherwise."""
