namespace Orleans.MLOps.Serving.Typed;

/// <summary>The name by which a model knows a property of a <see cref="ModelInputAttribute"/> or <see cref="ModelOutputAttribute"/> type. Default: the property's own.</summary>
/// <param name="name">The name of the feature, input or output; not empty.</param>
[AttributeUsage(AttributeTargets.Property | AttributeTargets.Parameter)]
public sealed class FeatureAttribute(string name) : Attribute
{
    /// <summary>The name of the feature, input or output.</summary>
    public string Name { get; } = name;
}
