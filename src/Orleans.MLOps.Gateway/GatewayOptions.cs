namespace Orleans.MLOps.Gateway;

/// <summary>The bounds of the gateway.</summary>
public sealed class GatewayOptions
{
    private const int SmallestMessage = 512 * 1024;
    private const int LargestMessage = 256 * 1024 * 1024;

    /// <summary>
    /// Bytes of the largest message in either direction, 512 KB to 256 MB; a larger one is refused with RESOURCE_EXHAUSTED.
    /// Bulk bytes travel in pieces of 256 KB and need no more. Default: 4 MB.
    /// </summary>
    public int MaxMessageBytes { get; set; } = 4 * 1024 * 1024;

    internal void Check()
    {
        if (MaxMessageBytes is < SmallestMessage or > LargestMessage)
        {
            throw new InvalidInputException(
                $"{nameof(GatewayOptions)}.{nameof(MaxMessageBytes)} is {MaxMessageBytes}: {SmallestMessage} to {LargestMessage} are allowed.",
                nameof(MaxMessageBytes));
        }
    }
}
