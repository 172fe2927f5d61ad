namespace Orleans.MLOps.Serving;

/// <summary>What an acknowledged prediction promises about its log.</summary>
[GenerateSerializer]
public enum LogPolicy
{
    /// <summary>At most the last unsealed second is lost in a crash.</summary>
    Sampled,

    /// <summary>Nothing acknowledged is lost; needed where models learn from the log.</summary>
    Durable,
}
