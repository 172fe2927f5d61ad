using Orleans.MLOps.Features;

namespace Orleans.MLOps.Serving;

/// <summary>One request and its answer as they were kept: tensors, or columns with their predictions.</summary>
[GenerateSerializer, Immutable, Alias("mlops.serving.logged-payload")]
public sealed record LoggedPayload
{
    /// <summary>The request id, for columns the operation id; absent when there was none.</summary>
    [Id(0)]
    public string? RequestId { get; init; }

    /// <summary>When it was answered.</summary>
    [Id(1)]
    public DateTimeOffset At { get; init; }

    /// <summary>The revision of the endpoint that answered.</summary>
    [Id(2)]
    public int Revision { get; init; }

    /// <summary>The version that answered; absent for columns, whose predictions name one for each row.</summary>
    [Id(3)]
    public int? Version { get; init; }

    /// <summary>The variant that answered; absent for columns.</summary>
    [Id(4)]
    public string? Variant { get; init; }

    /// <summary>The tensors that were given.</summary>
    [Id(5)]
    public Tensor[] Inputs { get; init; } = [];

    /// <summary>The tensors that were answered.</summary>
    [Id(6)]
    public Tensor[] Outputs { get; init; } = [];

    /// <summary>The columns that the caller gave.</summary>
    [Id(7)]
    public FeatureColumn[] Columns { get; init; } = [];

    /// <summary>The predictions for the columns; absent for tensors.</summary>
    [Id(8)]
    public PredictReply? Predictions { get; init; }
}
