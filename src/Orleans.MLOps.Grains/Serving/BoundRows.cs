namespace Orleans.MLOps.Grains.Serving;

/// <summary>A checked request in the order of the model's inputs. Window inputs are filled in later.</summary>
internal sealed class BoundRows
{
    /// <summary>Number of instances.</summary>
    public required int Rows { get; init; }

    /// <summary>When each prediction is asked, UTC microseconds, not decreasing.</summary>
    public required long[] EventTimes { get; init; }

    /// <summary>One column a numeric input, NaN for missing.</summary>
    public required double[][] Numeric { get; init; }

    /// <summary>One column a text input, empty for missing.</summary>
    public required string[][] Categorical { get; init; }

    /// <summary>The value that selects each row's windows; null without windows.</summary>
    public required string[]? WindowKeys { get; init; }

    /// <summary>Stands for the request and its name; empty when it has none.</summary>
    public required Guid Operation { get; init; }

    /// <summary>What the rows take at most in the prediction log, headers aside.</summary>
    public required long LogBytes { get; init; }
}
