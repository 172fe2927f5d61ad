namespace Orleans.MLOps.Learning.Models;

/// <summary>What a safetensors file holds.</summary>
/// <param name="Weights">The tensors in file order.</param>
/// <param name="Metadata">The string metadata; empty when the file has none.</param>
public sealed record SafeTensorsContent(ModelWeights Weights, IReadOnlyDictionary<string, string> Metadata);
