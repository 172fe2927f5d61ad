namespace Orleans.MLOps.Training;

/// <summary>The network to train.</summary>
[GenerateSerializer, Immutable, Alias("mlops.training.network-options")]
public sealed record NetworkOptions
{
    /// <summary>Widths of the hidden layers; default 64, 32.</summary>
    [Id(0)]
    public int[] Hidden { get; init; } = [64, 32];

    /// <summary>Dropout rate of the hidden layers, 0 to below 1; default 0.1.</summary>
    [Id(1)]
    public double Dropout { get; init; } = 0.1;

    /// <summary>Largest embedding width; a category of k values gets min(EmbeddingSize, ceil(sqrt(k))) columns; default 8.</summary>
    [Id(2)]
    public int EmbeddingSize { get; init; } = 8;
}
