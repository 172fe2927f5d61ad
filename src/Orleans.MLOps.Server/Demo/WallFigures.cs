namespace Orleans.MLOps.Server.Demo;

/// <summary>What depends on the machine.</summary>
internal sealed record WallFigures
{
    /// <summary>Predictions a second while the stream was served, training left out.</summary>
    public required double PredictionsPerSecond { get; init; }

    /// <summary>Round trip of one message of the stream, milliseconds.</summary>
    public required double MessageP50 { get; init; }

    public required double MessageP99 { get; init; }

    /// <summary>Predictions a message holds on average.</summary>
    public required double PredictionsPerMessage { get; init; }

    /// <summary>The whole demo, seconds.</summary>
    public required double TotalSeconds { get; init; }
}
