namespace Orleans.MLOps.Client.Streams;

/// <summary>The bound on the pieces in which bytes travel.</summary>
internal static class Pieces
{
    /// <summary>Bytes of the largest piece.</summary>
    public const int MaximumBytes = 256 * 1024;
}
