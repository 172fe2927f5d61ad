namespace Orleans.MLOps.Serving.Typed;

/// <summary>What a model answers for one row. <see cref="ModelOutputAttribute"/> has it written.</summary>
/// <typeparam name="TSelf">The type of an answer.</typeparam>
public interface IModelOutput<TSelf>
    where TSelf : IModelOutput<TSelf>
{
    /// <summary>The answers, one a row, in order.</summary>
    /// <param name="outputs">What the model gave.</param>
    /// <exception cref="InvalidInputException">The model gives no such output, or one that the property cannot hold; the field names the output.</exception>
    static abstract TSelf[] FromModel(ModelOutputs outputs);
}
