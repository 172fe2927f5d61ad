namespace Orleans.MLOps.Serving.Typed;

/// <summary>Rows that a model can be asked with. <see cref="ModelInputAttribute"/> has it written.</summary>
/// <typeparam name="TSelf">The type of a row.</typeparam>
public interface IModelInput<TSelf>
    where TSelf : IModelInput<TSelf>
{
    /// <summary>The rows as a model takes them.</summary>
    /// <param name="rows">At least one; none is null.</param>
    /// <returns>Columns or tensors, in the order of the rows.</returns>
    /// <exception cref="InvalidInputException">Arrays of one property differ in length, or a text of a tensor is null; the field names the feature.</exception>
    static abstract ModelInputs ToModel(IReadOnlyList<TSelf> rows);
}
