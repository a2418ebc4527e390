"""From tokens to trees and statements: what was written, before anything is known of what it means."""
