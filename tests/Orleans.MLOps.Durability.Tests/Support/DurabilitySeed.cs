using System.Globalization;

namespace Orleans.MLOps.Durability.Tests.Support;

/// <summary>The seed of all that is drawn: a fresh one, or the one to replay.</summary>
internal static class DurabilitySeed
{
    public const string Variable = "MLOPS_DURABILITY_SEED";

    public static int Take() => Environment.GetEnvironmentVariable(Variable) is { Length: > 0 } given
        ? int.Parse(given, CultureInfo.InvariantCulture)
        : Random.Shared.Next();
}
