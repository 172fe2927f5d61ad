using static Orleans.MLOps.Server.Tests.Mlflow.FuzzField;

namespace Orleans.MLOps.Server.Tests.Mlflow;

/// <summary>A route with the fields that it reads.</summary>
internal sealed record FuzzRoute(HttpMethod Method, string Path, params FuzzField[] Fields)
{
    private const string Models = "registered-models";
    private const string Versions = "model-versions";

    public string At => Path[0] == '/' ? Path : $"{MlflowNode.Api}/{Path}";

    /// <summary>Every route of the door that reads JSON, with good values of one store.</summary>
    public static FuzzRoute[] All(FuzzStore store) => [.. Experiments(store), .. Runs(store), .. LoggedModels(store), .. Registry(store)];

    /// <summary>Every route that reads a query.</summary>
    public static FuzzRoute[] Queries(FuzzStore store) =>
    [
        new(HttpMethod.Get, "experiments/get", Experiment(store.Experiment)),
        new(HttpMethod.Get, "experiments/get-by-name", Name("experiment_name", "Default", 500, "\"nope\"")),
        new(HttpMethod.Get, "experiments/search", Filter(), Token(), OneOf("view_type", "ALL"), Limit()),
        new(HttpMethod.Get, "experiments/list", Filter(), Token(), OneOf("view_type", "ALL"), Limit()),
        new(HttpMethod.Get, "runs/get", Id("run_id", store.Run)),
        new(HttpMethod.Get, "artifacts/list", Id("run_id", store.Run), Text("path", "folder", Climbing)),
        new(HttpMethod.Get, "metrics/get-history", Id("run_id", store.Run), Required("metric_key", "m"), Limit(), Token()),
        new(HttpMethod.Get, "metrics/get-history-bulk", Id("run_id", store.Run), Required("metric_key", "m"), Integer("max_results")),
        new(HttpMethod.Get, "metrics/get-history-bulk-interval", Id("run_ids", store.Run), Required("metric_key", "m"), Integer("start_step"), Integer("end_step")),
        new(HttpMethod.Get, $"logged-models/{store.Model}/artifacts/directories", Text("artifact_directory_path", null, Climbing)),
        new(HttpMethod.Get, $"logged-models/{store.Model}/artifacts/files", Required("artifact_file_path", "nope", Climbing)),
        new(HttpMethod.Get, "/get-artifact", Id("run_id", store.Run), Required("path", "folder/file.txt", [.. Climbing, "\"nope\""])),
        new(HttpMethod.Get, "/model-versions/get-artifact", Id("name", store.Registered), Version(), Required("path", "folder/file.txt", Climbing)),
        new(HttpMethod.Get, $"{Models}/get", Id("name", store.Registered)),
        new(HttpMethod.Get, $"{Models}/search", Filter(), Token(), Limit()),
        new(HttpMethod.Get, $"{Models}/get-latest-versions", Id("name", store.Registered)),
        new(HttpMethod.Get, $"{Models}/alias", Id("name", store.Registered), Id("alias", "champion")),
        new(HttpMethod.Get, $"{Versions}/get", Id("name", store.Registered), Version()),
        new(HttpMethod.Get, $"{Versions}/search", Filter(), Token(), Limit()),
        new(HttpMethod.Get, $"{Versions}/get-download-uri", Id("name", store.Registered), Version()),
    ];

    private static string[] Climbing => ["\"../../etc/passwd\"", "\"..\\\\..\\\\x\"", "\"/etc/passwd\"", "\"folder/../../x\"", "\"a\\nb\""];

    private static FuzzRoute Post(string path, params FuzzField[] fields) => new(HttpMethod.Post, path, fields);

    private static FuzzRoute[] Experiments(FuzzStore store) =>
    [
        Post("experiments/create", Name("name", "fuzz-new", 500, "\"Default\""), Text("artifact_location", null, "\"a\\nb\"", $"\"{new string('x', 2001)}\""), Pairs("tags")),
        Post("experiments/search", Filter(), Orders(), OneOf("view_type", "ALL"), Limit(), Token()),
        Post("experiments/update", Experiment(store.Experiment), Name("new_name", "fuzz-renamed", 500, "\"Default\"")),
        Post("experiments/delete", Experiment(store.Experiment)),
        Post("experiments/restore", Experiment(store.Deleted)),
        Post("experiments/set-experiment-tag", Experiment(store.Experiment), TrackingKey(), new FuzzField("value", "\"v\"", Text("value").Bad)),
        Post("experiments/delete-experiment-tag", Experiment(store.Experiment), Key("k")),
        Post("experiments/search-datasets", List("experiment_ids", $"[\"{store.Experiment}\"]", "[]", "[\"x\"]", "[\"-1\"]", "null")),
    ];

    private static FuzzRoute[] Runs(FuzzStore store) =>
    [
        Post("runs/create", Experiment(store.Experiment) with { Bad = [.. Experiment(store.Experiment).Bad.Where(value => value is not ("null" or "\"\""))] },
            Text("user_id", null, $"\"{new string('x', 251)}\""), Text("run_name", null, "\"a\\nb\"", $"\"{new string('x', 501)}\""), Time("start_time"), Pairs("tags")),
        Post("runs/update", Id("run_id", store.Run), OneOf("status", "KILLED"), Time("end_time"), Text("run_name", null, "\" \"", $"\"{new string('x', 501)}\"")),
        Post("runs/delete", Id("run_id", store.Run)),
        Post("runs/restore", Id("run_id", store.DeletedRun)),
        Post("runs/search", List("experiment_ids", $"[\"{store.Experiment}\"]", "[\"x\"]", "[\"-1\"]"), Filter(), Orders(), OneOf("run_view_type", "ALL"), Limit(), Token(), Flag("info_only")),
        Post("runs/log-metric", [Id("run_id", store.Run), .. Point()]),
        Post("runs/log-parameter", Id("run_id", store.Run), TrackingKey(), Text("value", "v")),
        Post("runs/log-parameter", Id("run_id", store.Run), new FuzzField("key", "\"p\""), Text("value", "1", "\"2\"")),
        Post("runs/set-tag", Id("run_id", store.Run), TrackingKey(), Text("value", "v")),
        Post("runs/delete-tag", Id("run_id", store.Run), Key("k") with { Bad = [.. Key("k").Bad, "\"nope\""] }),
        Post("runs/log-batch", Id("run_id", store.Run), List("metrics", null, [.. Elements(Point())]), Pairs("params"), Pairs("tags")),
        Post("runs/log-inputs", Id("run_id", store.Run), List("datasets", null, [.. Elements([Dataset(), Pairs("tags")])]), List("models", null, [.. Elements([Name("model_id", store.Model, 250)])])),
        Post("runs/outputs", Id("run_id", store.Run), List("models", null, [.. Elements([Name("model_id", store.Model, 250), Integer("step", "1")])])),
        Post("runs/log-model", Id("run_id", store.Run), Required("model_json", "{\"artifact_path\":\"a\",\"flavors\":{},\"utc_time_created\":\"t\",\"run_id\":\"r\"}", "\"{\"", "\"[]\"", "\"{}\"", "\"12\"")),
    ];

    private static FuzzRoute[] LoggedModels(FuzzStore store) =>
    [
        Post("logged-models", Experiment(store.Experiment), Text("name", null, $"\"{new string('x', 501)}\""), Text("model_type", null, $"\"{new string('x', 251)}\""),
            Text("source_run_id", null, $"\"{new string('x', 251)}\""), Pairs("params"), Pairs("tags")),
        Post("logged-models/search", List("experiment_ids", $"[\"{store.Experiment}\"]", "[]", "null", "[\"x\"]"), Filter(), Limit(), Token(),
            List("datasets", null, [.. Elements([Required("dataset_name", "d"), Text("dataset_digest")])]),
            List("order_by", null, [.. Elements([Required("field_name", "name", "\"nope\""), Flag("ascending"), Text("dataset_name"), Text("dataset_digest")])])),
        new(HttpMethod.Patch, $"logged-models/{store.Model}", OneOf("status", "LOGGED_MODEL_READY") with { Bad = [.. OneOf("status", "").Bad, "null", "\"\""] }),
        new(HttpMethod.Patch, $"logged-models/{store.Model}/tags", Pairs("tags")),
        Post($"logged-models/{store.Model}/params", Pairs("params") with { Bad = [.. Pairs("params").Bad, "[{\"key\":\"p\",\"value\":\"other\"}]"] }),
    ];

    private static FuzzRoute[] Registry(FuzzStore store)
    {
        var name = Id("name", store.Registered);
        return
        [
            Post($"{Models}/create", NewModel("name", "\"" + store.Registered + "\""), LongText("description", 100_000), Pairs("tags")),
            new(HttpMethod.Patch, $"{Models}/update", name, LongText("description", 100_000)),
            Post($"{Models}/rename", name, NewModel("new_name")),
            new(HttpMethod.Delete, $"{Models}/delete", name),
            Post($"{Models}/get-latest-versions", name, List("stages", null, "[\"nope\"]", "[\"\"]")),
            Post($"{Models}/set-tag", name, Key(), LongText("value", 100_000)),
            new(HttpMethod.Delete, $"{Models}/delete-tag", name, Key()),
            Post($"{Models}/alias", name, Alias(), Version()),
            new(HttpMethod.Delete, $"{Models}/alias", name, Alias()),
            Post($"{Versions}/create", name, Required("source", "s3://bucket/model", [.. Climbing, "\"file:///etc/passwd\"", "\"s3://a/../b\"", "\"s3://a/%2e%2e/b\""]),
                LongText("run_id", 250), LongText("run_link", 2000), LongText("description", 100_000), Text("model_id", null, "\"nope\"", "\"../x\""), Pairs("tags")),
            new(HttpMethod.Patch, $"{Versions}/update", name, Version(), LongText("description", 100_000)),
            new(HttpMethod.Delete, $"{Versions}/delete", name, Version()),
            Post($"{Versions}/transition-stage", name, Version(), OneOf("stage", "Staging") with { Bad = [.. OneOf("stage", "").Bad, "null", "\"\""] }, Flag("archive_existing_versions")),
            Post($"{Versions}/set-tag", name, Version(), Key(), LongText("value", 100_000)),
            new(HttpMethod.Delete, $"{Versions}/delete-tag", name, Version(), Key()),
        ];
    }

    private static FuzzField Version() => Integer("version", "\"1\"", "0", "-1", "99", "9223372036854775807", "null", "\"\"");

    private static FuzzField Alias() => Required("alias", "fuzz", "\" \"", "\"a b\"", "\"a/b\"", "\"latest\"", "\"v1\"", $"\"{new string('x', 256)}\"");

    private static FuzzField NewModel(string name, params string[] bad) => Name(name, "fuzz-model", 250, [.. bad, "\"a/b\"", "\"a:b\"", "\"../x\""]);

    private static FuzzField Flag(string name) => new(name, null, "\"x\"", "12", "[true]", "{}");

    private static FuzzField[] Point() =>
    [
        TrackingKey(), Number("value"), Time("timestamp", "1"), Integer("step"), Text("model_id", null, $"\"{new string('x', 251)}\""),
        Text("dataset_name", null, $"\"{new string('x', 501)}\""), Text("dataset_digest", null, $"\"{new string('x', 251)}\""),
    ];

    private static FuzzField Dataset()
    {
        FuzzField[] fields =
        [
            Name("name", "d", 500), Name("digest", "1", 250), Name("source_type", "local", 250),
            Text("source", "s", "null"), LongText("schema", 1_048_576), Text("profile"),
        ];
        return new FuzzField("dataset", Body(fields, null, null), ["12", "\"x\"", "[]", "null", .. fields.SelectMany(field => field.Bad.Select(bad => Body(fields, field, bad)))]);
    }

    // A list whose second element has one bad field.
    private static IEnumerable<string> Elements(FuzzField[] fields) =>
        fields.SelectMany(field => field.Bad.Select(bad => $"[{Body(fields, null, null)},{Body(fields, field, bad)}]"));

    public static string Body(FuzzField[] fields, FuzzField? wrong, string? bad) =>
        $$"""{{{string.Join(",", fields.Select(field => (field.Called, Value: field == wrong ? bad : field.Good)).Where(field => field.Value is not null).Select(field => $"\"{field.Called}\":{field.Value}"))}}}""";
}
