using Grpc.Core;
using Microsoft.AspNetCore.Http;

namespace Orleans.MLOps.Gateway;

/// <summary>Who acts: the name of the caller's key where the door asks for keys, whatever the request says; otherwise the request's word.</summary>
internal static class CallerName
{
    public static string? Of(ServerCallContext context, string? given) => Of(context.GetHttpContext(), given);

    public static string? Of(HttpContext context, string? given) =>
        context.User.Identity is { IsAuthenticated: true, Name: { Length: > 0 } name } ? name : given;
}
