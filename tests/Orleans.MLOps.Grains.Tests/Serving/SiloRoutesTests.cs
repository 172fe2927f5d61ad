using System.Reflection;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging.Abstractions;
using Orleans.MLOps.Grains.Platform;
using Orleans.MLOps.Grains.Serving;
using Orleans.MLOps.Serving;

namespace Orleans.MLOps.Grains.Tests.Serving;

/// <summary>What the other silos say of a change before it is made.</summary>
public sealed class SiloRoutesTests
{
    private static readonly SiloAddress Here = SiloAddress.FromParsableString("127.0.0.1:1@1");
    private static readonly SiloAddress Other = SiloAddress.FromParsableString("127.0.0.1:2@1");
    private static readonly EndpointKey Key = new("default", "e");
    private static readonly EndpointInfo Next = new() { Project = "default", Name = "e", Model = "m", Revision = 2 };

    [Fact]
    public async Task Prepare_SiloThatCannotLoad_FailsTheChangeWithItsReason()
    {
        var error = await Assert.ThrowsAsync<FailedPreconditionException>(() => Routes(new DataLossException("Version 2 is torn.")).PrepareAsync(Key, Next));

        Assert.Contains("Version 2 is torn.", error.Message, StringComparison.Ordinal);
        Assert.Contains("127.0.0.1", error.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Prepare_SiloThatIsAway_IsNotWaitedFor()
    {
        await Routes(new SiloUnavailableException("away")).PrepareAsync(Key, Next);
        await Routes(new TimeoutException("slow")).PrepareAsync(Key, Next);
        await Routes(null).PrepareAsync(Key, Next);
    }

    private static SiloRoutes Routes(Exception? prepared)
    {
        var status = Answering.Of<ISiloStatusOracle>((_, _) => new Dictionary<SiloAddress, SiloStatus> { [Here] = SiloStatus.Active, [Other] = SiloStatus.Active });
        var services = new ServiceCollection().AddSingleton(status).BuildServiceProvider();
        var table = Answering.Of<IRouteTableGrain>((_, _) => prepared is null ? Task.CompletedTask : Task.FromException(prepared));
        return new SiloRoutes(
            new SiloDirectory(services, Answering.Of<ILocalSiloDetails>((_, _) => Here)),
            Answering.Of<IGrainFactory>((_, _) => table),
            new PlatformClock(TimeProvider.System, TimeProvider.System),
            NullLogger<SiloRoutes>.Instance);
    }

    /// <summary>Answers every call of an interface by a function.</summary>
    public class Answering : DispatchProxy
    {
        private Func<MethodInfo, object?[], object?> _answer = null!;

        public static T Of<T>(Func<MethodInfo, object?[], object?> answer)
            where T : class
        {
            var proxy = Create<T, Answering>();
            ((Answering)(object)proxy)._answer = answer;
            return proxy;
        }

        protected override object? Invoke(MethodInfo? targetMethod, object?[]? args) => _answer(targetMethod!, args ?? []);
    }
}
