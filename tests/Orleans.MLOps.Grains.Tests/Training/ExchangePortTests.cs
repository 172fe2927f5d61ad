using System.Net;
using System.Net.Sockets;
using Microsoft.Extensions.DependencyInjection;
using Orleans.MLOps.Grains.Platform;
using Orleans.MLOps.Grains.Tests.Platform;
using Orleans.MLOps.Grains.Training;

namespace Orleans.MLOps.Grains.Tests.Training;

public sealed class ExchangePortTests
{
    [Fact]
    public async Task OpenGiven_PortInUse_IsRefusedWithOptionAndValue()
    {
        await using var platform = new PlatformFixture();
        await platform.InitializeAsync();
        var silos = platform.Services.GetRequiredService<SiloDirectory>();
        using var other = new TcpListener(silos.Here.Endpoint.Address, 0);
        other.Start();
        var taken = ((IPEndPoint)other.LocalEndpoint).Port;
        using var port = new ExchangePort(silos, new ExchangePortOptions(taken));

        var error = Assert.Throws<FailedPreconditionException>(port.OpenGiven);

        Assert.Contains($"ExchangePort is '{taken}'", error.Message, StringComparison.Ordinal);
    }
}
