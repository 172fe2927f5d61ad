using Orleans.MLOps.Grains.Experiments;
using Orleans.MLOps.Grains.Experiments.Search;
using Orleans.MLOps.Models;
using Orleans.MLOps.Storage.Tables;

namespace Orleans.MLOps.Grains.Models;

/// <summary>Finds registered models and versions.</summary>
internal sealed class ModelSearch(ITables tables)
{
    private const int LargestPage = 1000;

    public async Task<ModelPage> SearchAsync(ModelQuery query, CancellationToken cancellationToken)
    {
        SearchPage<RegisteredModelRow>.CheckLimit(query.Limit, LargestPage);
        ExperimentLimits.CheckName(query.Project, "project");
        var page = await new TableSearch<ModelQuery, RegisteredModelRow>
        {
            Schema = SearchSchemas.RegisteredModels,
            Columns = RegistryRows.ModelColumns,
            Read = RegistryRows.ReadModel,
            Bytes = model => PageBytes.Of(model.Key.Name, model.Description),
            Search = query with { Limit = 0, PageToken = null },
            Limit = query.Limit,
            PageToken = query.PageToken,
            Conditions = FilterParser.ParseFilter(FilterDialects.RegisteredModels, query.Filter),
            Orders = FilterParser.ParseOrders(FilterDialects.RegisteredModels, query.OrderBy),
            Where = sql => [$"g.project = {sql.Bind(query.Project)}"],
        }.RunAsync(tables, cancellationToken);
        var models = await RegistryDetails.DescribePageAsync(tables, page.Rows, cancellationToken);
        return new ModelPage { Models = models, NextPageToken = page.TokenAfter(models.Length) };
    }

    public async Task<ModelVersionPage> SearchVersionsAsync(ModelVersionQuery query, CancellationToken cancellationToken)
    {
        SearchPage<ModelVersionInfo>.CheckLimit(query.Limit, LargestPage);
        ExperimentLimits.CheckName(query.Project, "project");
        var page = await new TableSearch<ModelVersionQuery, ModelVersionInfo>
        {
            Schema = SearchSchemas.ModelVersions,
            Columns = RegistryRows.VersionColumns,
            Read = RegistryRows.ReadVersion,
            Bytes = PageBytes.Of,
            Search = query with { Limit = 0, PageToken = null },
            Limit = query.Limit,
            PageToken = query.PageToken,
            Conditions = FilterParser.ParseFilter(FilterDialects.ModelVersions, query.Filter),
            Orders = FilterParser.ParseOrders(FilterDialects.ModelVersions, query.OrderBy),
            Where = sql => [$"v.project = {sql.Bind(query.Project)}"],
        }.RunAsync(tables, cancellationToken);
        var versions = await RegistryDetails.FillPageAsync(tables, page.Rows, cancellationToken);
        return new ModelVersionPage { Versions = versions, NextPageToken = page.TokenAfter(versions.Length) };
    }

    public async Task<ModelVersionInfo[]> ListLatestAsync(LatestVersionsQuery query, CancellationToken cancellationToken)
    {
        if (query.Models.Length > LargestPage || Array.Exists(query.Stages, stage => !Enum.IsDefined(stage)))
        {
            throw new InvalidInputException(
                $"{query.Models.Length} models and the stages [{string.Join(", ", query.Stages)}] were given: at most {LargestPage} models and the stages {string.Join(", ", Enum.GetNames<ModelStage>())} are allowed.",
                "models");
        }

        foreach (var model in query.Models)
        {
            _ = new ModelKey(query.Project, model).ToString();
        }

        if (query.Models.Length == 0)
        {
            return [];
        }

        var sql = new SqlText(tables.Engine);
        var stages = query.Stages.Length == 0 ? Enum.GetNames<ModelStage>() : [.. query.Stages.Select(stage => stage.ToString())];
        var rows = await tables.QueryAsync(
            $"""
            SELECT {RegistryRows.VersionColumns} FROM model_versions v JOIN (
              SELECT n.project, n.model, n.stage, MAX(n.version) AS version FROM model_versions n
              WHERE n.project = {sql.Bind(query.Project)} AND n.model IN ({sql.BindAll(query.Models)}) AND n.stage IN ({sql.BindAll(stages)})
              GROUP BY n.project, n.model, n.stage) l
            ON v.project = l.project AND v.model = l.model AND v.version = l.version
            """,
            RegistryRows.ReadVersion,
            cancellationToken,
            sql.Parameters);
        var filled = await RegistryDetails.FillAsync(tables, rows, cancellationToken);
        return [.. filled.OrderBy(version => version.Model, StringComparer.Ordinal).ThenBy(version => version.Stage)];
    }
}
