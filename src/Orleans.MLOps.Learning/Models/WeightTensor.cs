namespace Orleans.MLOps.Learning.Models;

/// <summary>Place of one named tensor inside the flat values of <see cref="ModelWeights"/>.</summary>
/// <param name="Name">Name, unique in its set of weights.</param>
/// <param name="Shape">Dimensions, outermost first; empty for a scalar.</param>
/// <param name="Offset">Position of the first element in the flat values.</param>
/// <param name="Length">Number of elements, the product of the dimensions.</param>
public sealed record WeightTensor(string Name, IReadOnlyList<int> Shape, int Offset, int Length);
