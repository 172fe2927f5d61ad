using Microsoft.AspNetCore.Http;
using Orleans.MLOps.Gateway.Experiments.Mlflow;
using Orleans.MLOps.Models;

namespace Orleans.MLOps.Gateway.Models.Mlflow;

/// <summary>MLflow's <c>registered-models/*</c>.</summary>
internal sealed class MlflowModels(LateClient late)
{
    private const int LargestPage = 1000;
    private const int UsualPage = 100;

    public async Task CreateAsync(HttpContext context, MlflowFields fields) => await AnswerAsync(context, await late.Client.Models.CreateAsync(
        new CreateModel
        {
            Name = fields.NewName("name"),
            Description = fields.Text("description"),
            Tags = fields.Pairs("tags"),
            MustBeNew = true,
        },
        context.RequestAborted).ConfigureAwait(false)).ConfigureAwait(false);

    public async Task GetAsync(HttpContext context, MlflowFields fields) =>
        await AnswerAsync(context, await late.Client.Models.GetAsync(fields.Required("name"), cancellationToken: context.RequestAborted).ConfigureAwait(false)).ConfigureAwait(false);

    public async Task UpdateAsync(HttpContext context, MlflowFields fields) => await AnswerAsync(context, await late.Client.Models.UpdateAsync(
        new UpdateModel { Model = fields.Required("name"), Description = fields.Text("description") ?? "" }, context.RequestAborted).ConfigureAwait(false)).ConfigureAwait(false);

    public async Task RenameAsync(HttpContext context, MlflowFields fields) => await AnswerAsync(context, await late.Client.Models.RenameAsync(
        new RenameModel { Model = fields.Required("name"), NewName = fields.NewName("new_name") }, context.RequestAborted).ConfigureAwait(false)).ConfigureAwait(false);

    public async Task DeleteAsync(HttpContext context, MlflowFields fields)
    {
        await late.Client.Models.DeleteAsync(fields.Required("name"), cancellationToken: context.RequestAborted).ConfigureAwait(false);
        await MlflowResponse.WriteEmptyAsync(context).ConfigureAwait(false);
    }

    public async Task SearchAsync(HttpContext context, MlflowFields fields)
    {
        var page = await late.Client.Models.SearchAsync(
            new ModelQuery
            {
                Filter = fields.Text("filter"),
                OrderBy = fields.Texts("order_by"),
                Limit = fields.Limit(LargestPage, UsualPage),
                PageToken = fields.Text("page_token"),
            },
            context.RequestAborted).ConfigureAwait(false);
        var latest = (await LatestAsync(context, page.Models).ConfigureAwait(false)).ToLookup(version => version.Model);
        await MlflowResponse.WriteAsync(context, writer =>
        {
            writer.Items("registered_models", page.Models, (item, model) => MlflowRegistryWriter.Write(item, model, latest[model.Name]));
            writer.Text("next_page_token", page.NextPageToken);
        }).ConfigureAwait(false);
    }

    public async Task GetLatestVersionsAsync(HttpContext context, MlflowFields fields)
    {
        var name = fields.Required("name");
        var stages = Array.ConvertAll(fields.Texts("stages"), MlflowRegistryFields.Stage);
        await late.Client.Models.GetAsync(name, cancellationToken: context.RequestAborted).ConfigureAwait(false);
        var versions = await late.Client.Models.ListLatestVersionsAsync(
            new LatestVersionsQuery { Models = [name], Stages = stages }, context.RequestAborted).ConfigureAwait(false);
        await MlflowResponse.WriteAsync(context, writer => writer.Items("model_versions", versions, MlflowRegistryWriter.Write)).ConfigureAwait(false);
    }

    public async Task SetTagAsync(HttpContext context, MlflowFields fields)
    {
        await late.Client.Models.UpdateAsync(
            new UpdateModel { Model = fields.Required("name"), SetTags = new() { [fields.Required("key")] = fields.Text("value") ?? "" } }, context.RequestAborted).ConfigureAwait(false);
        await MlflowResponse.WriteEmptyAsync(context).ConfigureAwait(false);
    }

    public async Task DeleteTagAsync(HttpContext context, MlflowFields fields)
    {
        await late.Client.Models.UpdateAsync(
            new UpdateModel { Model = fields.Required("name"), DeleteTags = [fields.Required("key")] }, context.RequestAborted).ConfigureAwait(false);
        await MlflowResponse.WriteEmptyAsync(context).ConfigureAwait(false);
    }

    public Task SetAliasAsync(HttpContext context, MlflowFields fields) => MoveAsync(context, fields, fields.Version());

    public Task DeleteAliasAsync(HttpContext context, MlflowFields fields) => MoveAsync(context, fields, null);

    public async Task GetByAliasAsync(HttpContext context, MlflowFields fields)
    {
        var (name, alias) = (fields.Required("name"), fields.Required("alias"));
        ModelVersionInfo version;
        try
        {
            version = await late.Client.Models.GetVersionByAliasAsync(name, alias, cancellationToken: context.RequestAborted).ConfigureAwait(false);
        }
        catch (NotFoundException missing) when (missing.Field == "alias")
        {
            // The stock server does not call it missing, and clients go by its code.
            throw new InvalidInputException($"Registered model alias {alias} not found.", "alias", missing);
        }

        await MlflowModelVersions.AnswerAsync(context, version).ConfigureAwait(false);
    }

    private async Task MoveAsync(HttpContext context, MlflowFields fields, int? version)
    {
        await late.Client.Models.SetAliasAsync(
            new SetAlias
            {
                Model = fields.Required("name"),
                Alias = fields.Required("alias"),
                Version = version,
                FromAnywhere = true,
                RequestedBy = CallerName.Of(context, null),
                OperationId = $"mlflow/{Guid.NewGuid():N}",
            },
            context.RequestAborted).ConfigureAwait(false);
        await MlflowResponse.WriteEmptyAsync(context).ConfigureAwait(false);
    }

    private Task<ModelVersionInfo[]> LatestAsync(HttpContext context, ModelInfo[] models) => late.Client.Models.ListLatestVersionsAsync(
        new LatestVersionsQuery { Models = [.. models.Where(model => model.LatestVersion > 0).Select(model => model.Name)] }, context.RequestAborted);

    private async Task AnswerAsync(HttpContext context, ModelInfo model)
    {
        var latest = await LatestAsync(context, [model]).ConfigureAwait(false);
        await MlflowResponse.WriteAsync(
            context, writer => writer.Object("registered_model", item => MlflowRegistryWriter.Write(item, model, latest))).ConfigureAwait(false);
    }
}
