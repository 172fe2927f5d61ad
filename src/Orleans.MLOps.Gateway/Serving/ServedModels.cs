using Orleans.MLOps.Gateway.Experiments.Mlflow;
using Orleans.MLOps.Gateway.Governance;
using Orleans.MLOps.Governance;
using Orleans.MLOps.Serving;

namespace Orleans.MLOps.Gateway.Serving;

/// <summary>Endpoints as the models of foreign protocols: the endpoints of the default project, by their names. Callers get what their scope allows.</summary>
internal sealed class ServedModels(LateClient late, UnservedVersions unserved)
{
    private const string Kind = "endpoint";
    public const string Project = "default";
    private const int PageSize = 200;

    /// <exception cref="PermissionDeniedException">The caller may not ask this model.</exception>
    public Task<InferReply> InferAsync(EndpointScope caller, InferRequest request, CancellationToken cancellationToken)
    {
        caller.Require(request.Project, request.Endpoint);
        return late.Client.Serving.InferAsync(request, cancellationToken);
    }

    /// <summary>What a model serves; all of its versions without a version. A version may also be the name or label of a variant.</summary>
    /// <exception cref="PermissionDeniedException">The caller may not ask this model.</exception>
    public Task<ServedEndpoint> DescribeAsync(EndpointScope caller, string model, string? version, CancellationToken cancellationToken)
    {
        caller.Require(Project, RequireName(model));
        var (number, label) = Version(version);
        return late.Client.Serving.DescribeAsync(new DescribeEndpoint { Endpoint = RequireName(model), Version = number, Label = label }, cancellationToken);
    }

    /// <summary>Whether a model can answer now.</summary>
    /// <exception cref="PermissionDeniedException">The caller may not ask this model.</exception>
    public async Task<bool> IsReadyAsync(EndpointScope caller, string model, string? version, CancellationToken cancellationToken)
    {
        caller.Require(Project, RequireName(model));
        try
        {
            await DescribeAsync(caller, model, version, cancellationToken).ConfigureAwait(false);
            return true;
        }
        catch (MLOpsException error) when (error is not InvalidInputException)
        {
            return false;
        }
    }

    /// <summary>The names of all models that the caller may ask.</summary>
    public async Task<IReadOnlyList<string>> ListAsync(EndpointScope caller, CancellationToken cancellationToken)
    {
        var names = new List<string>();
        string? token = null;
        do
        {
            var page = await late.Client.Catalog.ListAsync(new CatalogQuery { Kind = Kind, Project = Project, Limit = PageSize, PageToken = token }, cancellationToken).ConfigureAwait(false);
            names.AddRange(page.Entries.Select(entry => entry.Name).Where(name => caller.Allows(Project, name)));
            token = page.NextPageToken;
        }
        while (token is not null);
        return names;
    }

    /// <summary>What one model serves, or all models that can answer now when none is named.</summary>
    public async Task<IReadOnlyList<ServedEndpoint>> DescribeAllAsync(EndpointScope caller, string? model, string? version, CancellationToken cancellationToken)
    {
        if (!string.IsNullOrEmpty(model))
        {
            return [await DescribeAsync(caller, model, version, cancellationToken).ConfigureAwait(false)];
        }

        var served = new List<ServedEndpoint>();
        foreach (var name in await ListAsync(caller, cancellationToken).ConfigureAwait(false))
        {
            try
            {
                served.Add(await DescribeAsync(caller, name, null, cancellationToken).ConfigureAwait(false));
            }
            catch (MLOpsException)
            {
                // It was removed meanwhile, or cannot answer, so it has done nothing here.
            }
        }

        return served;
    }

    /// <summary>All versions of all models and how they are; only those that answer when asked so.</summary>
    public async Task<IReadOnlyList<IndexedModel>> IndexAsync(EndpointScope caller, bool onlyReady, CancellationToken cancellationToken)
    {
        var index = new List<IndexedModel>();
        var names = await ListAsync(caller, cancellationToken).ConfigureAwait(false);
        foreach (var name in names.Union(unserved.Models.Where(name => caller.Allows(Project, name)), StringComparer.Ordinal))
        {
            index.AddRange(await StatesAsync(caller, name, cancellationToken).ConfigureAwait(false));
        }

        return onlyReady ? [.. index.Where(entry => entry.IsReady)] : index;
    }

    /// <summary>The versions of one model and how they are, in ascending order; none when there is no such model.</summary>
    /// <exception cref="PermissionDeniedException">The caller may not ask this model.</exception>
    public async Task<IReadOnlyList<IndexedModel>> StatesAsync(EndpointScope caller, string model, CancellationToken cancellationToken)
    {
        caller.Require(Project, RequireName(model));
        var states = new Dictionary<string, IndexedModel>(StringComparer.Ordinal);
        foreach (var (version, reason) in unserved.Of(model))
        {
            states[version] = new IndexedModel(model, version, IndexedModel.Unavailable, reason);
        }

        try
        {
            var endpoint = await late.Client.Serving.GetAsync(model, Project, cancellationToken).ConfigureAwait(false);
            foreach (var failure in endpoint.Failures)
            {
                Add(failure.Version, failure.Reason);
            }

            var reason = endpoint.UnloadedAt is null ? await ReasonAsync(caller, model, cancellationToken).ConfigureAwait(false) : IndexedModel.Unloaded;
            foreach (var version in endpoint.Variants.Select(variant => variant.Version).Distinct())
            {
                Add(version, reason);
            }
        }
        catch (NotFoundException)
        {
            // Only this node knows of it, or nobody does.
        }
        catch (Exception error) when (error is MLOpsException or TimeoutException)
        {
            states.TryAdd("", new IndexedModel(model, "", IndexedModel.Unavailable, error.Message));
        }

        return [.. states.Values.OrderBy(state => state.Version.Length).ThenBy(state => state.Version, StringComparer.Ordinal)];

        void Add(int version, string? reason)
        {
            var name = version.ToString(System.Globalization.CultureInfo.InvariantCulture);
            states[name] = new IndexedModel(model, name, reason is null ? IndexedModel.Ready : IndexedModel.Unavailable, reason ?? "");
        }
    }

    /// <summary>Loads a model that was unloaded, and makes sure that it is loaded here: deployed endpoints are loaded when they are first asked.</summary>
    public async Task LoadAsync(EndpointScope caller, string model, CancellationToken cancellationToken)
    {
        caller.Require(Project, RequireName(model));
        await late.Client.Serving.LoadAsync(model, Guid.NewGuid().ToString("N"), Project, cancellationToken).ConfigureAwait(false);
        await DescribeAsync(caller, model, null, cancellationToken).ConfigureAwait(false);
    }

    /// <summary>Unloads a model's endpoint; its plan stays for when it is loaded again. One that is not there is unloaded already.</summary>
    public async Task UnloadAsync(string model, CancellationToken cancellationToken)
    {
        try
        {
            await late.Client.Serving.UnloadAsync(RequireName(model), Guid.NewGuid().ToString("N"), Project, cancellationToken).ConfigureAwait(false);
        }
        catch (NotFoundException)
        {
            // What was asked for is so.
        }
    }

    /// <summary>Why a model cannot answer here; null when it can.</summary>
    private async Task<string?> ReasonAsync(EndpointScope caller, string model, CancellationToken cancellationToken)
    {
        try
        {
            await DescribeAsync(caller, model, null, cancellationToken).ConfigureAwait(false);
            return null;
        }
        catch (Exception error) when (error is MLOpsException or TimeoutException)
        {
            return error.Message;
        }
    }

    public static string RequireName(string? model) => string.IsNullOrEmpty(model) ? throw new InvalidInputException("The model's name is empty.", "model_name") : model;

    /// <summary>A number is a version; anything else is a variant or label.</summary>
    public static (int? Number, string? Label) Version(string? version) =>
        string.IsNullOrEmpty(version) ? default
        : int.TryParse(version, System.Globalization.NumberStyles.None, System.Globalization.CultureInfo.InvariantCulture, out var number) ? (number, null)
        : (null, version);
}
