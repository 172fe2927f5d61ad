using Orleans.MLOps.Features;

namespace Orleans.MLOps.Serving.Typed;

/// <summary>Rows as a model takes them: either columns of features or tensors.</summary>
public sealed class ModelInputs
{
    /// <summary>Rows as columns of features.</summary>
    /// <param name="columns">One a feature, all of one length.</param>
    public ModelInputs(params FeatureColumn[] columns) => Columns = columns;

    /// <summary>Rows as tensors.</summary>
    /// <param name="tensors">One an input, the rows first.</param>
    public ModelInputs(params Tensor[] tensors) => Tensors = tensors;

    /// <summary>The columns; null when the rows are tensors.</summary>
    public FeatureColumn[]? Columns { get; }

    /// <summary>The tensors; null when the rows are columns.</summary>
    public Tensor[]? Tensors { get; }
}
