using Google.Protobuf;

namespace Orleans.MLOps.Grains.Tests.Experiments.Search;

/// <summary>Reads searches page by page and checks that each page fits a message of the default size.</summary>
internal static class MessagePages
{
    public const int MessageBytes = 4 * 1024 * 1024;

    public static async Task<List<TPage>> ReadAsync<TPage, TMessage>(
        Func<string?, Task<TPage>> read, Func<TPage, string?> next, Func<TPage, TMessage> toMessage, int most = MessageBytes)
        where TMessage : IMessage
    {
        var pages = new List<TPage>();
        string? token = null;
        do
        {
            pages.Add(await read(token));
            Assert.InRange(toMessage(pages[^1]).CalculateSize(), 1, most);
            token = next(pages[^1]);
        }
        while (token is not null);

        return pages;
    }
}
