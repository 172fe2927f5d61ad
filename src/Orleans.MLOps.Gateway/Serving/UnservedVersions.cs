using System.Collections.Concurrent;

namespace Orleans.MLOps.Gateway.Serving;

/// <summary>Versions that this node was given to serve and that no endpoint knows of, such as files of a folder that are no models. Thread-safe.</summary>
public sealed class UnservedVersions
{
    private readonly ConcurrentDictionary<string, IReadOnlyList<(string Version, string Reason)>> models = new(StringComparer.Ordinal);

    /// <summary>The models that have any.</summary>
    public IEnumerable<string> Models => models.Keys;

    /// <summary>Those of a model, in the place of those it had.</summary>
    /// <param name="model">The model.</param>
    /// <param name="versions">Each version as it is written, and why it is not served.</param>
    public void Set(string model, IReadOnlyList<(string Version, string Reason)> versions)
    {
        ArgumentNullException.ThrowIfNull(versions);
        if (versions.Count == 0)
        {
            models.TryRemove(model, out _);
        }
        else
        {
            models[model] = versions;
        }
    }

    /// <summary>Those of a model.</summary>
    public IReadOnlyList<(string Version, string Reason)> Of(string model) => models.GetValueOrDefault(model, []);
}
