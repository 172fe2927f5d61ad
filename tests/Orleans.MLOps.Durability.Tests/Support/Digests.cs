using System.Security.Cryptography;

namespace Orleans.MLOps.Durability.Tests.Support;

/// <summary>Compares what is stored with what was sent.</summary>
internal static class Digests
{
    public static string Of(byte[] bytes) => Convert.ToHexStringLower(SHA256.HashData(bytes));

    public static async Task RequireStoredAsync(IMlopsClient client, string digest, CancellationToken cancellationToken)
    {
        using var bytes = new MemoryStream();
        await client.Datasets.DownloadAsync(digest, bytes, cancellationToken);
        Assert.Equal(digest, Of(bytes.ToArray()));
    }
}
