namespace Orleans.MLOps.Serving.Typed;

/// <summary>
/// A partial class, record or struct that holds what a model answers for one row: the generator in the package Orleans.MLOps.Client writes its
/// <see cref="IModelOutput{TSelf}"/>. Every public property that can be set, or that a constructor sets, is an output, by its name or that of
/// <see cref="FeatureAttribute"/>; see <see cref="ModelOutputs"/> for the names.
/// </summary>
[AttributeUsage(AttributeTargets.Class | AttributeTargets.Struct, Inherited = false)]
public sealed class ModelOutputAttribute : Attribute;
