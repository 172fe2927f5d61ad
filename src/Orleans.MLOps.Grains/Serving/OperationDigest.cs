using System.Security.Cryptography;
using System.Text;
using Orleans.MLOps.Governance;
using Orleans.MLOps.Serving;

namespace Orleans.MLOps.Grains.Serving;

/// <summary>What an operation was asked to do, so that its id cannot be used for something else. Reasons are words and do not count.</summary>
internal static class OperationDigest
{
    public const string Rollback = "rollback";
    public const string Removal = "remove";
    public const string Upkeep = "upkeep";
    public const string Unloading = "unload";
    public const string Loading = "load";

    public static string Of(DeployEndpoint command) =>
        Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes(CatalogJson.Write(command with { Reason = null }))));
}
