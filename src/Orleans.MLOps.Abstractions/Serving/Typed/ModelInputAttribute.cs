namespace Orleans.MLOps.Serving.Typed;

/// <summary>
/// A partial class, record or struct whose rows a model is asked with: the generator in the package Orleans.MLOps.Client writes its <see cref="IModelInput{TSelf}"/>. Every
/// public property that can be read is a feature, by its name or that of <see cref="FeatureAttribute"/>.
/// </summary>
[AttributeUsage(AttributeTargets.Class | AttributeTargets.Struct, Inherited = false)]
public sealed class ModelInputAttribute : Attribute
{
    /// <summary>
    /// False (default): each property is a column of features, a number, a truth value (1 and 0) or a text; null is a missing value. For networks of
    /// the platform. True: each property is a tensor of its own type and of shape [rows], or [rows, length] for arrays. For models of tensors.
    /// </summary>
    public bool Tensors { get; set; }
}
