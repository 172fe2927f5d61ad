namespace Orleans.MLOps.Serving;

/// <summary>Inputs with the outputs that every version of an endpoint must give for them before it gets traffic.</summary>
[GenerateSerializer, Immutable, Alias("mlops.serving.golden-sample")]
public sealed record GoldenSample
{
    /// <summary>The inputs.</summary>
    [Id(0)]
    public Tensor[] Inputs { get; init; } = [];

    /// <summary>The expected outputs; others of the model are not looked at. None: the version must only be able to compute the inputs, which also warms it up.</summary>
    [Id(1)]
    public Tensor[] Outputs { get; init; } = [];

    /// <summary>A number may differ by Tolerance + Tolerance * |expected|. Default: 1e-5.</summary>
    [Id(2)]
    public double Tolerance { get; init; } = 1e-5;
}
