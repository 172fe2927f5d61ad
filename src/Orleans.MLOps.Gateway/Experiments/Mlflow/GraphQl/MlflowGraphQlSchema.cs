using GraphQL;
using GraphQL.Resolvers;
using GraphQL.Types;
using GraphQLParser.AST;
using Orleans.MLOps.Gateway.Models.Mlflow;

namespace Orleans.MLOps.Gateway.Experiments.Mlflow.GraphQl;

/// <summary>What MLflow's web UI asks by GraphQL. Every field is a REST route by another name.</summary>
internal sealed class MlflowGraphQlSchema(
    MlflowExperiments experiments, MlflowRuns runs, MlflowMetrics metrics, MlflowArtifacts artifacts, MlflowModelVersions versions)
{
    // The web UI asks for few; what a query asks of each run is multiplied by this.
    private const int MostRuns = 1000;

    private readonly Lazy<Schema> _schema = new(() => Build(experiments, runs, metrics, artifacts, versions));

    public ISchema Schema => _schema.Value;

    public GraphQlLookupRoutes Lookups { get; } = new(experiments.GetAsync, versions.SearchAsync);

    private static Schema Build(MlflowExperiments experiments, MlflowRuns runs, MlflowMetrics metrics, MlflowArtifacts artifacts, MlflowModelVersions versions)
    {
        var types = new GraphQlTypes();
        var query = new ObjectGraphType { Name = "Query" };
        Add(query, "mlflowGetExperiment", types.ExperimentInput, types.Experiment, experiments.GetAsync);
        Add(query, "mlflowGetRun", types.RunInput, types.FoundRun, runs.GetAsync);
        Add(query, "mlflowListArtifacts", types.ArtifactsInput, types.Artifacts, artifacts.ListOfRunAsync);
        Add(query, "mlflowSearchModelVersions", types.VersionsInput, types.Versions, versions.SearchAsync);
        Add(query, "mlflowGetMetricHistoryBulkInterval", types.HistoryInput, types.History, metrics.GetSamplesAsync);

        // The stock server has the searches among the mutations, as POST routes; its web UI asks for one of them in a query.
        var mutation = new ObjectGraphType { Name = "Mutation" };
        foreach (var root in new[] { query, mutation })
        {
            Add(root, "mlflowSearchRuns", types.RunsInput, types.SearchedRuns, runs.SearchAsync);
            Add(root, "mlflowSearchDatasets", types.DatasetsInput, types.Datasets, experiments.SearchDatasetsAsync);
        }

        var schema = new Schema { Query = query, Mutation = mutation };
        schema.Directives.Register(new Directive("component", DirectiveLocation.Query, DirectiveLocation.Mutation)
        {
            Arguments = new QueryArguments(new QueryArgument<NonNullGraphType<StringGraphType>> { Name = "name" }),
        });
        schema.Initialize();
        return schema;
    }

    private static void Add(ObjectGraphType root, string name, InputObjectGraphType input, ObjectGraphType answer, MlflowHandler route) => root.AddField(new FieldType
    {
        Name = name,
        Arguments = new QueryArguments(new QueryArgument(input) { Name = "input" }),
        ResolvedType = answer,
        Resolver = new FuncFieldResolver<object?>(async context =>
        {
            var body = GraphQlInputs.Body(context.GetArgument<IDictionary<string, object?>?>("input"), MostRuns);
            return await ((GraphQlRequest)context.RootValue!).AnswerAsync(route, body).ConfigureAwait(false);
        }),
    });
}
