using Orleans.MLOps.Grains.Platform;
using Orleans.MLOps.Grains.Serving.Tensors;
using Orleans.MLOps.Serving;

namespace Orleans.MLOps.Grains.Serving;

/// <summary>The versions that can serve an endpoint's policy together, newest first; they stay loaded until this is disposed.</summary>
internal sealed class VersionSelection : IDisposable
{
    private readonly List<ModelLease> _leases = [];
    private readonly List<(int Version, string Reason)> _refused = [];

    /// <summary>The versions that can serve.</summary>
    public IReadOnlyList<int> Versions => [.. _leases.Select(lease => lease.Model.Version.Version)];

    /// <summary>The versions that cannot, and why.</summary>
    public IReadOnlyList<(int Version, string Reason)> Refused => _refused;

    /// <summary>Takes the newest that can be loaded and gives the golden outputs, and those before it that can too and take the same inputs.</summary>
    /// <param name="models">Loads them.</param>
    /// <param name="plan">The plan with its policy.</param>
    /// <param name="candidates">The versions that may serve, newest first.</param>
    /// <exception cref="UnavailableException">Something is away, which says nothing of a version.</exception>
    public static async Task<VersionSelection> SelectAsync(ModelCache models, EndpointInfo plan, IEnumerable<int> candidates)
    {
        var most = EndpointDecisions.Most(plan.Versions!);
        var selection = new VersionSelection();
        try
        {
            foreach (var version in candidates)
            {
                if (selection._leases.Count == most)
                {
                    break;
                }

                await selection.TryAsync(models, plan, version);
            }

            return selection;
        }
        catch
        {
            selection.Dispose();
            throw;
        }
    }

    public void Dispose()
    {
        _leases.ForEach(lease => lease.Dispose());
        _leases.Clear();
    }

    private async Task TryAsync(ModelCache models, EndpointInfo plan, int version)
    {
        ModelLease? lease = null;
        try
        {
            lease = await models.LeaseAsync(new ModelVersionKey(plan.Project, plan.Model, version));
            var (model, newest) = (lease.Model, _leases.FirstOrDefault()?.Model);
            EndpointDecisions.RequireSameInputs([newest?.Version ?? model.Version, model.Version]);
            await Task.Run(() => GoldenCheck.Run(plan, [model]));
            _leases.Add(lease);
        }
        catch (Exception error) when (!TransientErrors.IsTransient(error) && error is not OperationCanceledException)
        {
            lease?.Dispose();
            _refused.Add((version, error.Message));
        }
        catch
        {
            lease?.Dispose();
            throw;
        }
    }
}
