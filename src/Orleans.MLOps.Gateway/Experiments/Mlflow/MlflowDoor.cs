using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Routing;
using Microsoft.Extensions.DependencyInjection;
using Orleans.MLOps.Gateway.Experiments.Mlflow.GraphQl;
using Orleans.MLOps.Gateway.Models.Mlflow;

namespace Orleans.MLOps.Gateway.Experiments.Mlflow;

/// <summary>MLflow's REST API of release 3 (classic tracking and artifacts), for its clients as they are.</summary>
internal static class MlflowDoor
{
    private const string Api = "/api/2.0";
    private const string Ajax = "/ajax-api/2.0";

    // The release whose contract this door keeps; clients compare it with their own.
    private const string Version = "3.11.1";

    public static void AddMlflow(this IServiceCollection services)
    {
        services.AddSingleton<LateClient>();
        services.AddSingleton<MlflowCall>();
        services.AddSingleton<MlflowLongValues>();
        services.AddSingleton<MlflowExperiments>();
        services.AddSingleton<MlflowRuns>();
        services.AddSingleton<MlflowMetrics>();
        services.AddSingleton<MlflowLoggedModels>();
        services.AddSingleton<MlflowArtifacts>();
        services.AddSingleton<MlflowUiFiles>();
        services.AddSingleton<MlflowGraphQlSchema>();
        services.AddSingleton<MlflowGraphQl>();
        services.AddMlflowRegistry();
    }

    public static void MapMlflow(this IEndpointRouteBuilder endpoints)
    {
        var services = endpoints.ServiceProvider;
        var call = services.GetRequiredService<MlflowCall>();
        var files = services.GetRequiredService<MlflowUiFiles>();
        foreach (var root in new[] { Api, Ajax })
        {
            var routes = new MlflowRoutes(endpoints.MapGroup($"{root}/mlflow"), call);
            MapExperiments(routes, services.GetRequiredService<MlflowExperiments>());
            MapRuns(routes, services.GetRequiredService<MlflowRuns>());
            MapMetrics(routes, services.GetRequiredService<MlflowMetrics>());
            MapLoggedModels(routes, services.GetRequiredService<MlflowLoggedModels>());
            routes.MapRegistry(services.GetRequiredService<MlflowModels>(), services.GetRequiredService<MlflowModelVersions>());
            MapArtifacts(routes, endpoints.MapGroup($"{root}/mlflow-artifacts"), call, services.GetRequiredService<MlflowArtifacts>());
            routes.Get("logged-models/{model_id}/artifacts/files", files.GetOfLoggedModelAsync);
            endpoints.MapPost($"{root}/mlflow/upload-artifact", call.Raw(files.UploadAsync));
        }

        endpoints.MapGet("/get-artifact", call.Json(files.GetOfRunAsync));
        endpoints.MapGet("/model-versions/get-artifact", call.Json(files.GetOfVersionAsync));
        endpoints.MapPost("/graphql", call.Json(services.GetRequiredService<MlflowGraphQl>().ExecuteAsync));

        endpoints.Map("/api/{**rest}", Unknown);
        endpoints.Map("/ajax-api/{**rest}", Unknown);
        endpoints.MapGet("/version", context => context.Response.WriteAsync(Version, context.RequestAborted));
    }

    private static void MapExperiments(MlflowRoutes routes, MlflowExperiments experiments)
    {
        routes.Post("experiments/create", experiments.CreateAsync);
        routes.Get("experiments/get", experiments.GetAsync);
        routes.Get("experiments/get-by-name", experiments.GetByNameAsync);
        routes.Post("experiments/search", experiments.SearchAsync);
        routes.Get("experiments/search", experiments.SearchAsync);
        routes.Get("experiments/list", experiments.SearchAsync);
        routes.Post("experiments/update", experiments.UpdateAsync);
        routes.Post("experiments/delete", experiments.DeleteAsync);
        routes.Post("experiments/restore", experiments.RestoreAsync);
        routes.Post("experiments/set-experiment-tag", experiments.SetTagAsync);
        routes.Post("experiments/delete-experiment-tag", experiments.DeleteTagAsync);
        routes.Post("experiments/search-datasets", experiments.SearchDatasetsAsync);
    }

    private static void MapRuns(MlflowRoutes routes, MlflowRuns runs)
    {
        routes.Post("runs/create", runs.CreateAsync);
        routes.Get("runs/get", runs.GetAsync);
        routes.Post("runs/update", runs.UpdateAsync);
        routes.Post("runs/delete", runs.DeleteAsync);
        routes.Post("runs/restore", runs.RestoreAsync);
        routes.Post("runs/search", runs.SearchAsync);
        routes.Post("runs/log-inputs", runs.LogInputsAsync);
        routes.Post("runs/outputs", runs.LogOutputsAsync);
        routes.Post("runs/log-model", runs.LogModelAsync);
    }

    private static void MapMetrics(MlflowRoutes routes, MlflowMetrics metrics)
    {
        routes.Post("runs/log-metric", metrics.LogMetricAsync);
        routes.Post("runs/log-parameter", metrics.LogParamAsync);
        routes.Post("runs/log-batch", metrics.LogBatchAsync);
        routes.Post("runs/set-tag", metrics.SetTagAsync);
        routes.Post("runs/delete-tag", metrics.DeleteTagAsync);
        routes.Get("metrics/get-history", metrics.GetHistoryAsync);
        routes.Get("metrics/get-history-bulk", metrics.GetSamplesAsync);
        routes.Get("metrics/get-history-bulk-interval", metrics.GetSamplesAsync);
    }

    private static void MapLoggedModels(MlflowRoutes routes, MlflowLoggedModels models)
    {
        routes.Post("logged-models", models.CreateAsync);
        routes.Post("logged-models/search", models.SearchAsync);
        routes.Get("logged-models/{model_id}", models.GetAsync);
        routes.Patch("logged-models/{model_id}", models.FinishAsync);
        routes.Delete("logged-models/{model_id}", models.DeleteAsync);
        routes.Patch("logged-models/{model_id}/tags", models.SetTagsAsync);
        routes.Delete("logged-models/{model_id}/tags/{**key}", models.DeleteTagAsync);
        routes.Post("logged-models/{model_id}/params", models.LogParamsAsync);
        routes.Get("logged-models/{model_id}/artifacts/directories", models.ListArtifactsAsync);
    }

    private static void MapArtifacts(MlflowRoutes routes, RouteGroupBuilder proxy, MlflowCall call, MlflowArtifacts artifacts)
    {
        routes.Get("artifacts/list", artifacts.ListOfRunAsync);
        proxy.MapGet("artifacts", call.Json(artifacts.ListAsync));
        proxy.MapPut("artifacts/{**path}", call.Raw(artifacts.PutAsync));
        proxy.MapGet("artifacts/{**path}", call.Raw(artifacts.GetAsync));
        proxy.MapDelete("artifacts/{**path}", call.Raw(artifacts.DeleteAsync));
        proxy.MapPost("mpu/{**path}", NotImplemented);
        proxy.MapGet("presigned/{**path}", NotImplemented);
    }

    private static Task Unknown(HttpContext context) => MlflowErrors.WriteAsync(
        context, StatusCodes.Status404NotFound, MlflowErrors.EndpointNotFound, $"{context.Request.Method} {context.Request.Path} is no endpoint of this server.");

    // Clients take this as a sign to upload in one piece.
    private static Task NotImplemented(HttpContext context) => MlflowErrors.WriteAsync(
        context, StatusCodes.Status501NotImplemented, "NOT_IMPLEMENTED", "Files are sent and fetched in one piece, whatever their size.");
}
