namespace Orleans.MLOps.Generators;

/// <summary>A property and how a model knows it.</summary>
/// <param name="Property">The property's name.</param>
/// <param name="Feature">The name of the feature, input or output.</param>
/// <param name="Element">The C# type of its value, or of its elements.</param>
/// <param name="Kind">What it is.</param>
/// <param name="Several">An array or memory of such values.</param>
/// <param name="Nullable">Null is allowed.</param>
/// <param name="Place">Its place among the constructor's parameters; -1 when it is set after construction.</param>
internal sealed record MappedMember(string Property, string Feature, string Element, ElementKind Kind, bool Several, bool Nullable, int Place);
