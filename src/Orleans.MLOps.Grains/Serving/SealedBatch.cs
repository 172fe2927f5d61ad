namespace Orleans.MLOps.Grains.Serving;

/// <summary>Predictions that became durable together: the columns as the models saw them, with what was answered.</summary>
internal sealed record SealedBatch
{
    /// <summary>The recorder's incarnation.</summary>
    public required uint Recorder { get; init; }

    /// <summary>Counts the recorder's batches from 1.</summary>
    public required long Sequence { get; init; }

    public required int Rows { get; init; }

    /// <summary>When each prediction was asked, UTC microseconds.</summary>
    public required long[] EventTimes { get; init; }

    /// <summary>The model version that answered each row.</summary>
    public required int[] Versions { get; init; }

    public required float[] Probabilities { get; init; }

    /// <summary>Milliseconds from the request's arrival in the silo to its score.</summary>
    public required float[] Latencies { get; init; }

    public required string[] NumericNames { get; init; }

    /// <summary>One column a numeric input, NaN for missing.</summary>
    public required double[][] Numeric { get; init; }

    public required string[] CategoricalNames { get; init; }

    /// <summary>One column a text input, empty for missing.</summary>
    public required string[][] Categorical { get; init; }

    /// <summary>The value that selected each row's windows; null without windows.</summary>
    public required string[]? WindowKeys { get; init; }

    /// <summary>The named requests among those that asked for the rows.</summary>
    public PredictionOperation[] Operations { get; init; } = [];
}
