using GraphQL.Types;

namespace Orleans.MLOps.Gateway.Experiments.Mlflow.GraphQl;

/// <summary>The messages of answers and requests, with MLflow's names.</summary>
internal sealed class GraphQlTypes
{
    private readonly ObjectGraphType _error = Type("ApiError").Texts("code", "message", "helpUrl", "traceId").Many("errorDetails", Type("ErrorDetail").Texts("field", "message"));

    public GraphQlTypes()
    {
        var experiment = Type("MlflowExperiment")
            .Texts("experimentId", "name", "artifactLocation", "lifecycleStage").Longs("creationTime", "lastUpdateTime").Many("tags", Pair("MlflowExperimentTag"));
        var version = Type("MlflowModelVersion")
            .Texts("name", "version", "userId", "currentStage", "description", "source", "runId", "runLink", "statusMessage", "modelId")
            .Longs("creationTimestamp", "lastUpdatedTimestamp").TextLists("aliases").Many("tags", Pair("MlflowModelVersionTag"))
            .One("status", Names("MlflowModelVersionStatus", "PENDING_REGISTRATION", "FAILED_REGISTRATION", "READY"));
        var run = Run(experiment, version);
        Experiment = Answer("MlflowGetExperimentResponse").One("experiment", experiment);
        SearchedRuns = Answer("MlflowSearchRunsResponse").Many("runs", run).Texts("nextPageToken");
        FoundRun = Answer("MlflowGetRunResponse").One("run", run);
        Versions = Answer("MlflowSearchModelVersionsResponse").Many("modelVersions", version).Texts("nextPageToken");
        Datasets = Answer("MlflowSearchDatasetsResponse").Many("datasetSummaries", Type("MlflowDatasetSummary").Texts("experimentId", "name", "digest", "context"));
        Artifacts = Answer("MlflowListArtifactsResponse")
            .Many("files", Type("MlflowFileInfo").Texts("path").Flags("isDir").Longs("fileSize")).Texts("rootUri", "nextPageToken");
        History = Answer("MlflowGetMetricHistoryBulkIntervalResponse")
            .Many("metrics", Type("MlflowMetricWithRunId").Texts("key", "runId").Numbers("value").Longs("timestamp", "step"));
    }

    public ObjectGraphType Experiment { get; }

    public ObjectGraphType FoundRun { get; }

    public ObjectGraphType SearchedRuns { get; }

    public ObjectGraphType Versions { get; }

    public ObjectGraphType Datasets { get; }

    public ObjectGraphType Artifacts { get; }

    public ObjectGraphType History { get; }

    public InputObjectGraphType ExperimentInput { get; } = Input("MlflowGetExperimentInput", ["experimentId"]);

    public InputObjectGraphType RunInput { get; } = Input("MlflowGetRunInput", ["runId", "runUuid"]);

    public InputObjectGraphType ArtifactsInput { get; } = Input("MlflowListArtifactsInput", ["runId", "runUuid", "path", "pageToken"]);

    public InputObjectGraphType DatasetsInput { get; } = Input("MlflowSearchDatasetsInput", [], ["experimentIds"]);

    public InputObjectGraphType HistoryInput { get; } =
        Input("MlflowGetMetricHistoryBulkIntervalInput", ["metricKey"], ["runIds"]).With<IntGraphType>("startStep", "endStep", "maxResults");

    public InputObjectGraphType VersionsInput { get; } =
        Input("MlflowSearchModelVersionsInput", ["filter", "pageToken"], ["orderBy"]).With<LongStringType>("maxResults");

    public InputObjectGraphType RunsInput { get; } = WithView(
        Input("MlflowSearchRunsInput", ["filter", "pageToken"], ["experimentIds", "orderBy"]).With<IntGraphType>("maxResults"));

    private static ObjectGraphType Run(ObjectGraphType experiment, ObjectGraphType version)
    {
        var info = Type("MlflowRunInfo")
            .Texts("runId", "runUuid", "runName", "experimentId", "userId", "artifactUri", "lifecycleStage").Longs("startTime", "endTime")
            .One("status", Names("MlflowRunStatus", "RUNNING", "SCHEDULED", "FINISHED", "FAILED", "KILLED"));
        var metric = Type("MlflowMetric").Texts("key", "datasetName", "datasetDigest", "modelId", "runId").Numbers("value").Longs("timestamp", "step");
        var data = Type("MlflowRunData").Many("metrics", metric).Many("params", Pair("MlflowParam")).Many("tags", Pair("MlflowRunTag"));
        var dataset = Type("MlflowDatasetInput")
            .One("dataset", Type("MlflowDataset").Texts("name", "digest", "sourceType", "source", "schema", "profile")).Many("tags", Pair("MlflowInputTag"));
        return Type("MlflowRunExtension")
            .One("info", info).One("data", data)
            .One("inputs", Type("MlflowRunInputs").Many("datasetInputs", dataset).Many("modelInputs", Type("MlflowModelInput").Texts("modelId")))
            .One("outputs", Type("MlflowRunOutputs").Many("modelOutputs", Type("MlflowModelOutput").Texts("modelId").Longs("step")))
            .Asked("experiment", experiment, (request, item) => request.Lookups.ExperimentAsync(item))
            .Asked("modelVersions", new ListGraphType(new NonNullGraphType(version)), (request, item) => request.Lookups.VersionsAsync(item));
    }

    private static ObjectGraphType Type(string name) => new() { Name = name };

    private static ObjectGraphType Pair(string name) => Type(name).Texts("key", "value");

    private ObjectGraphType Answer(string name) => Type(name).One("apiError", _error);

    private static EnumerationGraphType Names(string name, params string[] values)
    {
        var type = new EnumerationGraphType { Name = name };
        foreach (var value in values)
        {
            type.Add(value, value);
        }

        return type;
    }

    private static InputObjectGraphType Input(string name, string[] texts, params string[] lists) =>
        new InputObjectGraphType { Name = name }.With<StringGraphType>(texts).With<ListGraphType<StringGraphType>>(lists);

    private static InputObjectGraphType WithView(InputObjectGraphType input)
    {
        input.AddField(new FieldType { Name = "runViewType", ResolvedType = Names("MlflowViewType", "ACTIVE_ONLY", "DELETED_ONLY", "ALL") });
        return input;
    }
}
