using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Routing;

namespace Orleans.MLOps.Gateway.Experiments.Mlflow;

/// <summary>Maps JSON routes under one root.</summary>
internal sealed class MlflowRoutes(RouteGroupBuilder group, MlflowCall call)
{
    public void Get(string path, MlflowHandler handler) => group.MapGet(path, call.Json(handler));

    public void Post(string path, MlflowHandler handler) => group.MapPost(path, call.Json(handler));

    public void Patch(string path, MlflowHandler handler) => group.MapPatch(path, call.Json(handler));

    public void Delete(string path, MlflowHandler handler) => group.MapDelete(path, call.Json(handler));
}
