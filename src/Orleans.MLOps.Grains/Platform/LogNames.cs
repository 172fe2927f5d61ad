using System.Security.Cryptography;
using System.Text;

namespace Orleans.MLOps.Grains.Platform;

/// <summary>Names of segment logs from grain keys: reversible while short, by digest when the key is long.</summary>
internal static class LogNames
{
    private const int Longest = 170;

    public static string For(string kind, string key)
    {
        var name = $"{kind}.{key.Replace("%", "%25", StringComparison.Ordinal).Replace("/", "%2F", StringComparison.Ordinal)}";
        return name.Length <= Longest ? name : $"{kind}.{Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes(key)))}";
    }
}
