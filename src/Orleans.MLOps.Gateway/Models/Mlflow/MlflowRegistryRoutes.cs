using Microsoft.Extensions.DependencyInjection;
using Orleans.MLOps.Gateway.Experiments.Mlflow;

namespace Orleans.MLOps.Gateway.Models.Mlflow;

/// <summary>The routes of MLflow's registry.</summary>
internal static class MlflowRegistryRoutes
{
    public static void AddMlflowRegistry(this IServiceCollection services)
    {
        services.AddSingleton<MlflowModels>();
        services.AddSingleton<MlflowModelVersions>();
    }

    public static void MapRegistry(this MlflowRoutes routes, MlflowModels models, MlflowModelVersions versions)
    {
        routes.Post("registered-models/create", models.CreateAsync);
        routes.Get("registered-models/get", models.GetAsync);
        routes.Patch("registered-models/update", models.UpdateAsync);
        routes.Post("registered-models/rename", models.RenameAsync);
        routes.Delete("registered-models/delete", models.DeleteAsync);
        routes.Get("registered-models/search", models.SearchAsync);
        routes.Post("registered-models/get-latest-versions", models.GetLatestVersionsAsync);
        routes.Get("registered-models/get-latest-versions", models.GetLatestVersionsAsync);
        routes.Post("registered-models/set-tag", models.SetTagAsync);
        routes.Delete("registered-models/delete-tag", models.DeleteTagAsync);
        routes.Post("registered-models/alias", models.SetAliasAsync);
        routes.Delete("registered-models/alias", models.DeleteAliasAsync);
        routes.Get("registered-models/alias", models.GetByAliasAsync);
        routes.Post("model-versions/create", versions.CreateAsync);
        routes.Get("model-versions/get", versions.GetAsync);
        routes.Patch("model-versions/update", versions.UpdateAsync);
        routes.Delete("model-versions/delete", versions.DeleteAsync);
        routes.Get("model-versions/search", versions.SearchAsync);
        routes.Post("model-versions/transition-stage", versions.TransitionAsync);
        routes.Get("model-versions/get-download-uri", versions.GetDownloadUriAsync);
        routes.Post("model-versions/set-tag", versions.SetTagAsync);
        routes.Delete("model-versions/delete-tag", versions.DeleteTagAsync);
    }
}
