using Microsoft.Extensions.DependencyInjection;

namespace Orleans.MLOps.Gateway.Tests;

public sealed class GatewayOptionsTests
{
    [Theory]
    [InlineData(1)]
    [InlineData(int.MaxValue)]
    public void AddMlopsGateway_BoundOutOfRange_NamesTheOption(int bytes)
    {
        var error = Assert.Throws<InvalidInputException>(() => new ServiceCollection().AddMlopsGateway(options => options.MaxMessageBytes = bytes));
        Assert.Equal("MaxMessageBytes", error.Field);
    }
}
