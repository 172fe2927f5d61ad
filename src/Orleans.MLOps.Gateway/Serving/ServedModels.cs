using Orleans.MLOps.Gateway.Experiments.Mlflow;
using Orleans.MLOps.Gateway.Governance;
using Orleans.MLOps.Governance;
using Orleans.MLOps.Serving;

namespace Orleans.MLOps.Gateway.Serving;

/// <summary>Endpoints as the models of foreign protocols: the endpoints of the default project, by their names. Callers get what their scope allows.</summary>
internal sealed class ServedModels(LateClient late)
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
        foreach (var name in await ListAsync(caller, cancellationToken).ConfigureAwait(false))
        {
            try
            {
                var served = await DescribeAsync(caller, name, null, cancellationToken).ConfigureAwait(false);
                index.AddRange(OpenInference.ModelMessages.VersionNames(served).Select(version => new IndexedModel(name, version, "READY", "")));
            }
            catch (MLOpsException error) when (!onlyReady)
            {
                index.Add(new IndexedModel(name, "", "UNAVAILABLE", error.Message));
            }
            catch (MLOpsException)
            {
                // Not ready, and only those that are were asked for.
            }
        }

        return index;
    }

    /// <summary>Makes sure that a model is loaded here: deployed endpoints are loaded when they are first asked.</summary>
    public Task LoadAsync(EndpointScope caller, string model, CancellationToken cancellationToken) => DescribeAsync(caller, model, null, cancellationToken);

    /// <summary>Removes a model's endpoint. One that is not there is unloaded already.</summary>
    public async Task UnloadAsync(string model, CancellationToken cancellationToken)
    {
        try
        {
            await late.Client.Serving.RemoveAsync(new RemoveEndpoint { Name = RequireName(model), OperationId = Guid.NewGuid().ToString("N") }, cancellationToken).ConfigureAwait(false);
        }
        catch (NotFoundException)
        {
            // What was asked for is so.
        }
    }

    public static string RequireName(string? model) => string.IsNullOrEmpty(model) ? throw new InvalidInputException("The model's name is empty.", "model_name") : model;

    /// <summary>A number is a version; anything else is a variant or label.</summary>
    public static (int? Number, string? Label) Version(string? version) =>
        string.IsNullOrEmpty(version) ? default
        : int.TryParse(version, System.Globalization.NumberStyles.None, System.Globalization.CultureInfo.InvariantCulture, out var number) ? (number, null)
        : (null, version);
}
