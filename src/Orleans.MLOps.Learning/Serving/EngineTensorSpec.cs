namespace Orleans.MLOps.Learning.Serving;

/// <summary>What an engine takes or gives under one name.</summary>
/// <param name="Name">Name of the input or output.</param>
/// <param name="Type">Type of its elements.</param>
/// <param name="Shape">Its dimensions; -1 for one of any length.</param>
/// <param name="Optional">An input that may be left out.</param>
public sealed record EngineTensorSpec(string Name, ElementType Type, IReadOnlyList<long> Shape, bool Optional = false);
