using Orleans.MLOps.Governance;
using Orleans.MLOps.Monitoring;

namespace Orleans.MLOps.Abstractions.Tests.Governance;

public sealed class CatalogJsonTests
{
    [Fact]
    public void Read_OfWrittenRecord_GivesTheRecordAndKeepsNonFiniteNumbers()
    {
        var alert = new Alert
        {
            AlertId = "QualityDrift/v1/7",
            Endpoint = "endpoint/default/e",
            ModelVersion = 1,
            Kind = AlertKind.QualityDrift,
            At = DateTimeOffset.UnixEpoch,
            Statistic = double.PositiveInfinity,
            Threshold = 4,
            Evidence = "évidence",
            RequestsRetraining = true,
        };

        Assert.Equal(alert, CatalogJson.Read<Alert>(CatalogJson.Write(alert)));
        Assert.Contains("\"QualityDrift\"", CatalogJson.Write(alert));
    }

    [Theory]
    [InlineData("null")]
    [InlineData("{\"alertId\": 7}")]
    [InlineData("{")]
    public void Read_OfOtherText_IsDataLoss(string json) => Assert.Throws<DataLossException>(() => CatalogJson.Read<Alert>(json));
}
