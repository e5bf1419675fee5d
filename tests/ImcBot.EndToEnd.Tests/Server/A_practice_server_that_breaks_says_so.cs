using ImcBot.Lab.Commands;
using ImcBot.Lab.Server;
using Microsoft.AspNetCore.Builder;

namespace ImcBot.EndToEnd.Tests.Server;

/// <summary>Whoever runs it is not left with a server that answers and does nothing any more.</summary>
public sealed class A_practice_server_that_breaks_says_so
{
    [Fact]
    public async Task It_closes_in_order_and_ends_with_a_code_of_its_own()
    {
        using var server = new Breaking();

        var code = await PracticeServer.RunAsync(server, 0, null, TestContext.Current.CancellationToken);

        Assert.Equal(3, code);
        Assert.True(server.IsClosed);
    }

    private sealed class Breaking : IPracticeServer
    {
        public bool IsClosed { get; private set; }

        public TimeProvider Time => TimeProvider.System;

        public bool Install() => true;

        public void Map(WebApplication app) { }

        public Task OpenAsync(CancellationToken cancellationToken) => Task.CompletedTask;

        public async Task RunAsync(bool isNew, CancellationToken cancellationToken)
        {
            await Task.Yield();
            throw new InvalidOperationException("Its disk is gone.");
        }

        public Task CloseAsync()
        {
            IsClosed = true;
            return Task.CompletedTask;
        }

        public void Dispose() { }
    }
}
