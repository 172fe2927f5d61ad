using Microsoft.Extensions.Logging;
using Orleans.MLOps.Client.Experiments.Capture;

namespace Orleans.MLOps.Gateway.Experiments.Mlflow;

/// <summary>
/// Cuts params and tags that are longer than the platform keeps, and warns of each. MLflow's server cuts by default, too, so scripts count on
/// not being refused; the same text is always cut alike, so that a param may be logged again.
/// </summary>
internal sealed partial class MlflowLongValues(ILogger<MlflowLongValues> logger)
{
    public static Dictionary<string, string> Cut(Dictionary<string, string> given) => given.Values.All(value => value.Length <= RecordedText.LongestParam)
        ? given
        : given.ToDictionary(entry => entry.Key, entry => RecordedText.First(entry.Value, RecordedText.LongestParam), given.Comparer);

    /// <summary>Warns of what was cut, once it is stored.</summary>
    public void Warn(string kind, string owner, Dictionary<string, string> given, Dictionary<string, string> stored)
    {
        if (ReferenceEquals(given, stored))
        {
            return;
        }

        foreach (var (key, value) in given.Where(entry => entry.Value.Length > stored[entry.Key].Length))
        {
            LogCut(kind, key, owner, value.Length, stored[key].Length);
        }
    }

    [LoggerMessage(LogLevel.Warning, "The {Kind} '{Key}' of {Owner} has {Length} characters, of which the first {Kept} are stored.")]
    private partial void LogCut(string kind, string key, string owner, int length, int kept);
}
