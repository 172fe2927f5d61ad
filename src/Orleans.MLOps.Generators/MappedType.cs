namespace Orleans.MLOps.Generators;

/// <summary>What a mapping is written from; holds no symbol, so it can be compared between two runs.</summary>
/// <param name="HintName">Name of the generated file.</param>
/// <param name="Namespace">The namespace; empty for none.</param>
/// <param name="Declarations">How the type and those around it begin, outermost first.</param>
/// <param name="Type">The type's full name.</param>
/// <param name="Form">What is written.</param>
/// <param name="Members">The mapped properties.</param>
/// <param name="Problems">Why nothing is written; empty when something is.</param>
internal sealed record MappedType(
    string HintName,
    string Namespace,
    EquatableArray<string> Declarations,
    string Type,
    MappingForm Form,
    EquatableArray<MappedMember> Members,
    EquatableArray<Problem> Problems);
