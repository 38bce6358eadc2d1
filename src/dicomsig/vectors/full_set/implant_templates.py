"""Unsigned implant templates: one implant, an assembly, a group (PS3.3 A.58, A.59, A.60)."""

from collections.abc import Iterator

from dicomsig.vectors.full_set.references import reference
from dicomsig.vectors.full_set.surfaces import tetrahedron
from dicomsig.vectors.modules import sop_common
from dicomsig.vectors.nodes import DataSet, Node, data_set, merged
from dicomsig.vectors.recipes import instance
from dicomsig.vectors.values import code, element, fixed_uid, sequence

IMPLANT_UID = "1.2.840.10008.5.1.4.43.1"
ASSEMBLY_UID = "1.2.840.10008.5.1.4.44.1"
GROUP_UID = "1.2.840.10008.5.1.4.45.1"

EFFECTIVE = "20240102030405"
TEMPLATE = reference(IMPLANT_UID, "implant-template")
DRAWING = b"IN;SP1;PU0,0;PD100,0,100,100,0,0;SP0;"
"""A triangle in the plotter language that the standard names (PS3.3 C.29.1.2)."""


@instance("implant-template")
def implant_template() -> DataSet:
    """Generic implant template with drawing, surface, mating features and landmarks (PS3.3 A.58)."""
    return data_set(
        sop_common("implant-template", IMPLANT_UID),
        _description(),
        sequence("HPGLDocumentSequence", _drawing()),
        element("ImplantTemplate3DModelSurfaceNumber", 1),
        sequence(
            "SurfaceModelDescriptionSequence",
            [element("ReferencedSurfaceNumber", 1), element("SurfaceModelLabel", "Test surface")],
        ),
        element("SurfaceModelScalingFactor", 1.0),
        element("NumberOfSurfaces", 1),
        sequence("SurfaceSequence", tetrahedron(1)),
        sequence("MatingFeatureSetsSequence", _mating_features()),
        _landmarks(),
    )


def _description() -> Iterator[Node]:
    """The Generic Implant Template Description Module (PS3.3 C.29.1.1)."""
    yield element("Manufacturer", "TEST ONLY Implants")
    yield element("FrameOfReferenceUID", fixed_uid("frame of reference implant"))
    yield element("ImplantName", "Test implant")
    yield element("ImplantPartNumber", "T-1")
    yield element("ImplantSize", "1")
    yield element("ImplantTemplateVersion", "1.0")
    yield element("ImplantType", "ORIGINAL")
    yield element("EffectiveDateTime", EFFECTIVE)
    yield element("OverallTemplateSpatialTolerance", 0.1)
    yield sequence("MaterialsCodeSequence", code("256506002", "SCT", "Stainless Steel Material"))
    yield sequence("ImplantTypeCodeSequence", code("112315", "DCM", "Monoblock Stem"))
    yield sequence("FixationMethodCodeSequence", code("304367000", "SCT", "Uncemented component fixation"))


def _drawing() -> Iterator[Node]:
    """A drawing from the front (PS3.3 C.29.1.2)."""
    yield element("HPGLDocumentID", 1)
    yield element("HPGLDocumentLabel", "Front")
    yield sequence("ViewOrientationCodeSequence", code("399348003", "SCT", "antero-posterior"))
    yield element("HPGLDocumentScaling", 1.0)
    yield element("HPGLDocument", DRAWING)
    yield element("HPGLContourPenNumber", 1)
    yield sequence("HPGLPenSequence", [element("HPGLPenNumber", 1), element("HPGLPenLabel", "Contour")])
    yield element("RecommendedRotationPoint", 0.0, 0.0)
    yield element("BoundingRectangle", 0.0, 0.0, 10.0, 10.0)


def _mating_features() -> Iterator[Node]:
    """One set of one feature, in the drawing and in space (PS3.3 C.29.1.4)."""
    axes = (1.0, 0.0, 0.0, 0.0, 1.0, 0.0, 0.0, 0.0, 1.0)
    in_drawing = [
        element("ReferencedHPGLDocumentID", 1),
        element("TwoDMatingPoint", 0.0, 0.0),
        element("TwoDMatingAxes", 1.0, 0.0, 0.0, 1.0),
    ]
    feature: list[Node] = [
        element("MatingFeatureID", 1),
        sequence("TwoDMatingFeatureCoordinatesSequence", in_drawing),
        element("ThreeDMatingPoint", 0.0, 0.0, 0.0),
        element("ThreeDMatingAxes", *axes),
    ]
    yield element("MatingFeatureSetID", 1)
    yield element("MatingFeatureSetLabel", "Test set")
    yield sequence("MatingFeatureSequence", feature)


def _landmarks() -> Iterator[Node]:
    """A point, a line and a plane (PS3.3 C.29.1.5)."""
    for keyword, number, where in (
        ("PlanningLandmarkPointSequence", 1, [element("ThreeDPointCoordinates", 0.0, 0.0, 0.0)]),
        ("PlanningLandmarkLineSequence", 2, [element("ThreeDLineCoordinates", 0.0, 0.0, 0.0, 0.0, 0.0, 9.0)]),
        (
            "PlanningLandmarkPlaneSequence",
            3,
            [element("ThreeDPlaneOrigin", 0.0, 0.0, 0.0), element("ThreeDPlaneNormal", 0.0, 0.0, 1.0)],
        ),
    ):
        identification = sequence("PlanningLandmarkIdentificationCodeSequence")
        yield sequence(keyword, data_set(element("PlanningLandmarkID", number), identification, where))


@instance("implant-assembly-template")
def implant_assembly_template() -> DataSet:
    """Implant assembly template of one component (PS3.3 A.59, C.29.2)."""
    component = merged(TEMPLATE, element("ComponentID", 1))
    types: list[Node] = [
        sequence("ComponentTypeCodeSequence", code("112315", "DCM", "Monoblock Stem")),
        element("ExclusiveComponentType", "YES"),
        element("MandatoryComponentType", "YES"),
        sequence("ComponentSequence", component),
    ]
    anatomy = [sequence("AnatomicRegionSequence", code("24136001", "SCT", "Hip joint"))]
    return data_set(
        sop_common("implant-assembly-template", ASSEMBLY_UID),
        element("EffectiveDateTime", EFFECTIVE),
        element("ImplantAssemblyTemplateName", "Test assembly"),
        element("ImplantAssemblyTemplateIssuer", "TEST ONLY Implants"),
        element("ImplantAssemblyTemplateVersion", "1.0"),
        element("ImplantAssemblyTemplateType", "ORIGINAL"),
        sequence("ImplantAssemblyTemplateTargetAnatomySequence", anatomy),
        sequence("ProcedureTypeCodeSequence", code("398010007", "SCT", "Insertion of hip prosthesis")),
        element("EncapsulatedDocument"),
        element("MIMETypeOfEncapsulatedDocument"),
        sequence("ComponentTypesSequence", types),
    )


@instance("implant-template-group")
def implant_template_group() -> DataSet:
    """Implant template group of one member (PS3.3 A.60, C.29.3)."""
    rank = [
        element("ReferencedImplantTemplateGroupMemberID", 1),
        element("ImplantTemplateGroupVariationDimensionRank", 1),
    ]
    dimension: list[Node] = [
        element("ImplantTemplateGroupVariationDimensionName", "Size"),
        sequence("ImplantTemplateGroupVariationDimensionRankSequence", rank),
    ]
    return data_set(
        sop_common("implant-template-group", GROUP_UID),
        element("EffectiveDateTime", EFFECTIVE),
        element("ImplantTemplateGroupName", "Test group"),
        element("ImplantTemplateGroupDescription", "Test only"),
        element("ImplantTemplateGroupIssuer", "TEST ONLY Implants"),
        element("ImplantTemplateGroupVersion", "1.0"),
        sequence("ImplantTemplateGroupMembersSequence", merged(TEMPLATE, element("ImplantTemplateGroupMemberID", 1))),
        sequence("ImplantTemplateGroupVariationDimensionSequence", dimension),
    )
