namespace Orleans.MLOps.Serving;

/// <summary>What tensors are given to, for messages; a text of it is made only when one is refused.</summary>
/// <param name="Kind">Such as endpoint.</param>
/// <param name="Name">Its name.</param>
internal readonly record struct TensorTaker(string Kind, string Name)
{
    public override string ToString() => $"{Kind} '{Name}'";
}
