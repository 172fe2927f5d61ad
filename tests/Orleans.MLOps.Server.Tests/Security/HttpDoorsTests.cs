using System.Net;
using System.Text.Json;
using System.Net.Http.Headers;
using System.Text;
using Orleans.MLOps.Server.Tests.Support;

namespace Orleans.MLOps.Server.Tests.Security;

public sealed class HttpDoorsTests(LockedNode node) : IClassFixture<LockedNode>
{
    [Theory]
    [InlineData("/health")]
    [InlineData("/health/live")]
    [InlineData("/health/ready")]
    public async Task Get_HealthWithoutKey_Answers(string path)
    {
        using var reply = await node.GetAsync(path);

        Assert.Equal(HttpStatusCode.OK, reply.StatusCode);
    }

    [Theory]
    [InlineData("/")]
    [InlineData("/metrics")]
    [InlineData("/dashboard")]
    [InlineData("/dashboard/")]
    [InlineData("/dashboard/ClusterStats")]
    [InlineData("/nothing/here")]
    [InlineData("/health/more")]
    public async Task Get_WithoutKeyOrWithWrongKey_IsUnauthorized(string path)
    {
        using var missing = await node.GetAsync(path);
        using var wrong = await node.GetAsync(path, headers => headers.Authorization = new("Bearer", LockedNode.StrangerKey));

        Assert.Equal((HttpStatusCode.Unauthorized, HttpStatusCode.Unauthorized), (missing.StatusCode, wrong.StatusCode));
        Assert.StartsWith("An API key is missing", await missing.Content.ReadAsStringAsync(TestContext.Current.CancellationToken), StringComparison.Ordinal);
        Assert.StartsWith("The API key is not one", await wrong.Content.ReadAsStringAsync(TestContext.Current.CancellationToken), StringComparison.Ordinal);
        Assert.NotEmpty(missing.Headers.WwwAuthenticate);
    }

    [Theory]
    [InlineData("/api/2.0/mlflow/experiments/get-by-name?experiment_name=x")]
    [InlineData("/graphql")]
    [InlineData("/get-artifact?run_id=x&path=y")]
    public async Task Get_MlflowWithoutKey_AnswersInItsJson(string path)
    {
        using var missing = await node.GetAsync(path);

        var error = JsonElement.Parse(await missing.Content.ReadAsStringAsync(TestContext.Current.CancellationToken));
        Assert.Equal((HttpStatusCode.Unauthorized, "UNAUTHENTICATED"), (missing.StatusCode, error.GetProperty("error_code").GetString()));
    }

    [Theory]
    [InlineData("/", HttpStatusCode.OK, HttpStatusCode.OK)]
    [InlineData("/metrics", HttpStatusCode.Forbidden, HttpStatusCode.OK)]
    [InlineData("/dashboard/", HttpStatusCode.Forbidden, HttpStatusCode.OK)]
    [InlineData("/dashboard/ClusterStats", HttpStatusCode.Forbidden, HttpStatusCode.OK)]
    [InlineData("/nothing/here", HttpStatusCode.NotFound, HttpStatusCode.NotFound)]
    public async Task Get_WithKey_OpensWhatItsHolderMaySee(string path, HttpStatusCode forCaller, HttpStatusCode forOperator)
    {
        Assert.Equal(forCaller, await StatusAsync(path, headers => headers.Authorization = new("Bearer", LockedNode.CallerKey)));
        Assert.Equal(forCaller, await StatusAsync(path, headers => headers.Add("x-api-key", LockedNode.CallerKey)));
        Assert.Equal(forOperator, await StatusAsync(path, headers => headers.Authorization = new("bearer", LockedNode.OperatorKey)));
        Assert.Equal(forOperator, await StatusAsync(path, headers => headers.Add("X-Api-Key", LockedNode.OperatorKey)));
    }

    [Fact]
    public async Task Get_ForbiddenPage_NamesTheKeyAndWhatItLacks()
    {
        using var reply = await node.GetAsync("/metrics", headers => headers.Authorization = new("Bearer", LockedNode.CallerKey));

        Assert.StartsWith("The API key 'caller' is no operator key", await reply.Content.ReadAsStringAsync(TestContext.Current.CancellationToken), StringComparison.Ordinal);
    }

    [Fact]
    public async Task Get_DashboardWithBasic_OpensForOperatorsOnly()
    {
        Assert.Equal(HttpStatusCode.OK, await StatusAsync("/dashboard/", headers => headers.Authorization = Basic("anybody", LockedNode.OperatorKey)));
        Assert.Equal(HttpStatusCode.Forbidden, await StatusAsync("/dashboard/", headers => headers.Authorization = Basic("", LockedNode.CallerKey)));
        Assert.Equal(HttpStatusCode.Unauthorized, await StatusAsync("/dashboard/", headers => headers.Authorization = Basic("anybody", LockedNode.StrangerKey)));
        Assert.Equal(HttpStatusCode.Unauthorized, await StatusAsync("/dashboard/", headers => headers.Authorization = new("Basic", "%%%")));
    }

    [Fact]
    public async Task Get_DashboardInBrowser_AsksForBasic()
    {
        using var reply = await node.GetAsync("/dashboard/");

        Assert.Equal("Basic", Assert.Single(reply.Headers.WwwAuthenticate).Scheme);
    }

    [Theory]
    [InlineData("/")]
    [InlineData("/metrics")]
    public async Task Get_OtherPageWithBasic_IsUnauthorized(string path)
    {
        using var reply = await node.GetAsync(path, headers => headers.Authorization = Basic("anybody", LockedNode.OperatorKey));

        Assert.Equal(HttpStatusCode.Unauthorized, reply.StatusCode);
        Assert.Equal("Bearer", Assert.Single(reply.Headers.WwwAuthenticate).Scheme);
    }

    [Fact]
    public async Task Get_KeyOfAProxyBesideOurs_OursCounts() =>
        Assert.Equal(HttpStatusCode.OK, await StatusAsync("/", headers =>
        {
            headers.Authorization = Basic("proxy", "secret");
            headers.Add("x-api-key", LockedNode.CallerKey);
        }));

    [Theory]
    [InlineData("")]
    [InlineData("Bearer")]
    [InlineData("Bearer ")]
    [InlineData("Bearer caller")]
    public async Task Get_OddAuthorization_IsUnauthorized(string value) =>
        Assert.Equal(HttpStatusCode.Unauthorized, await StatusAsync("/", headers => headers.TryAddWithoutValidation("Authorization", value)));

    [Fact]
    public async Task Get_HashInPlaceOfKey_IsUnauthorized() =>
        Assert.Equal(HttpStatusCode.Unauthorized, await StatusAsync("/", headers => headers.Authorization = new("Bearer", LockedNode.Keys[0].Sha256)));

    private static AuthenticationHeaderValue Basic(string user, string password) => new("Basic", Convert.ToBase64String(Encoding.UTF8.GetBytes($"{user}:{password}")));

    private async Task<HttpStatusCode> StatusAsync(string path, Action<HttpRequestHeaders> headers)
    {
        using var reply = await node.GetAsync(path, headers);
        return reply.StatusCode;
    }
}
