using System.Collections.Concurrent;
using Orleans.MLOps.Gateway.Governance;
using Orleans.MLOps.Serving;

namespace Orleans.MLOps.Gateway.Serving.TensorFlow;

/// <summary>
/// What models take, remembered for a second: bodies that do not name types can only be read with it, and asking for every request would cost more than
/// the model. A model that changed meanwhile refuses what was read by its old signature; the request is then read once more.
/// </summary>
internal sealed class SignatureCache(ServedModels models, TimeProvider clock)
{
    private static readonly TimeSpan Lifetime = TimeSpan.FromSeconds(1);
    private const int Most = 4096;

    private readonly ConcurrentDictionary<(string Model, string? Version), (ServedEndpoint Endpoint, long At)> _known = new();

    /// <summary>What a model serves, and whether that is remembered; what is remembered too only for callers that may ask the model.</summary>
    /// <exception cref="PermissionDeniedException">The caller may not ask this model.</exception>
    public async ValueTask<(ServedEndpoint Endpoint, bool IsRemembered)> GetAsync(EndpointScope caller, string model, string? version, bool fresh, CancellationToken cancellationToken)
    {
        caller.Require(ServedModels.Project, model);
        if (!fresh && _known.TryGetValue((model, version), out var known) && clock.GetElapsedTime(known.At) < Lifetime)
        {
            return (known.Endpoint, true);
        }

        var at = clock.GetTimestamp();
        var endpoint = await models.DescribeAsync(caller, model, version, cancellationToken).ConfigureAwait(false);

        // Callers choose the names, so the memory starts over instead of growing without bound.
        if (_known.Count >= Most)
        {
            _known.Clear();
        }

        _known[(model, version)] = (endpoint, at);
        return (endpoint, false);
    }
}
