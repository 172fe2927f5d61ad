using System.Net;
using System.Text;
using Orleans.MLOps.Client.Models.Oci;
using Orleans.MLOps.Client.Models.Packages;

namespace Orleans.MLOps.Client.Tests.Models.Oci;

/// <summary>Answers as a registry would that has one package, with what a test changes.</summary>
public static class FakeRegistry
{
    public static async Task RefuseAsync<T>(RecordingHandler handler, string field, OciRegistryOptions? options = null, string host = "r.example")
        where T : MLOpsException
    {
        using var client = new OciModelRegistry(options, handler);
        using var target = new MemoryStream();
        var error = await Assert.ThrowsAsync<T>(() => client.PullAsync($"{host}/churn:1", target, TestContext.Current.CancellationToken));
        Assert.Equal(field, error.Field);
        Assert.Throws<InvalidInputException>(() => ModelPackage.Open(target, cancellationToken: TestContext.Current.CancellationToken));
    }

    public static RecordingHandler Serve(ModelPackage package, string? manifest = null, Func<string, HttpContent?>? blob = null) =>
        new(Answers(package, manifest, blob));

    public static Func<HttpRequestMessage, HttpResponseMessage> Answers(ModelPackage package, string? manifest, Func<string, HttpContent?>? blob) => request =>
    {
        var path = request.RequestUri!.AbsolutePath;
        if (path.Contains("/manifests/", StringComparison.Ordinal))
        {
            return Answer(manifest is null ? OciManifests.Write(package) : Encoding.UTF8.GetBytes(manifest));
        }

        var name = package.Manifest.Entries.FirstOrDefault(entry => path.EndsWith(entry.Sha256, StringComparison.Ordinal))?.Name ?? ModelPackageFormat.Manifest;
        return blob?.Invoke(name) is { } content ? new(HttpStatusCode.OK) { Content = content } : Answer(package.ReadEntry(name));
    };

    public static HttpResponseMessage Answer(byte[] body, HttpStatusCode status = HttpStatusCode.OK) => new(status) { Content = new ByteArrayContent(body) };

    public static HttpResponseMessage Redirect(string location)
    {
        var response = Answer([], HttpStatusCode.Found);
        response.Headers.Location = new Uri(location);
        return response;
    }
}
