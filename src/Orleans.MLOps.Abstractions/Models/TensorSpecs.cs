namespace Orleans.MLOps.Models;

/// <summary>Compares signatures. Pure.</summary>
internal static class TensorSpecs
{
    public static bool AreSame(TensorSpec[] left, TensorSpec[] right) =>
        left.Length == right.Length && left.Zip(right).All(pair => IsSame(pair.First, pair.Second));

    private static bool IsSame(TensorSpec left, TensorSpec right) =>
        left.Name == right.Name && left.Type == right.Type && left.Optional == right.Optional && left.Shape.AsSpan().SequenceEqual(right.Shape);
}
